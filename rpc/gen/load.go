package gen

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Load reads the schema from the Go package in root/rpc. The error names every
// restriction that is broken, with file and line relative to root.
func Load(root string) (*Schema, error) {
	entries, err := os.ReadDir(filepath.Join(root, "rpc"))
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		name := e.Name()
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_gen.go") {
			files = append(files, filepath.Join("rpc", name))
		}
	}
	return loadFiles(root, files)
}

// loadFiles reads the schema from these files, which are relative to root.
func loadFiles(root string, files []string) (*Schema, error) {
	l := &loader{
		fset:    token.NewFileSet(),
		types:   map[string]*typeDecl{},
		structs: map[string]*Struct{},
		enums:   map[string]*Enum{},
		codes:   map[string]*Code{},
		names:   map[string]token.Pos{},
	}
	for _, name := range files {
		src, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(l.fset, filepath.ToSlash(name), src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		l.collect(f)
	}
	l.readCodes()
	l.readInterface("Service", true)
	l.readInterface("Events", false)
	l.structNamed("ErrorData", token.NoPos)
	l.sortTypes()
	if l.schema.Version == "" {
		l.errorf(token.NoPos, "there is no constant ProtocolVersion: add one, as \"major.minor\"")
	}
	return &l.schema, l.err()
}

// loader gathers the declarations of a package, then builds the model from
// what the two interfaces reach.
type loader struct {
	fset   *token.FileSet
	types  map[string]*typeDecl
	consts []constDecl

	schema  Schema
	structs map[string]*Struct
	enums   map[string]*Enum
	codes   map[string]*Code
	names   map[string]token.Pos // wire names of methods and events

	problems []problem
}

// typeDecl is a declared type with its comment.
type typeDecl struct {
	spec *ast.TypeSpec
	doc  string
}

// constDecl is a declared constant with its comment.
type constDecl struct {
	name  *ast.Ident
	typ   string
	value ast.Expr
	doc   string
}

// problem is one broken restriction.
type problem struct {
	pos     token.Position
	message string
}

func (l *loader) errorf(pos token.Pos, format string, args ...any) {
	l.problems = append(l.problems, problem{l.fset.Position(pos), fmt.Sprintf(format, args...)})
}

// err joins all problems in the order of the source, or is nil.
func (l *loader) err() error {
	slices.SortStableFunc(l.problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.pos.Filename, b.pos.Filename), cmp.Compare(a.pos.Line, b.pos.Line))
	})
	var errs []error
	for _, p := range l.problems {
		errs = append(errs, fmt.Errorf("%s:%d: %s", p.pos.Filename, p.pos.Line, p.message))
	}
	return errors.Join(errs...)
}

// collect remembers the types and constants of a file.
func (l *loader) collect(f *ast.File) {
	for _, decl := range f.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range gen.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				doc := spec.Doc
				if doc == nil && !gen.Lparen.IsValid() {
					doc = gen.Doc
				}
				l.types[spec.Name.Name] = &typeDecl{spec, docText(doc)}
			case *ast.ValueSpec:
				if gen.Tok == token.CONST {
					l.collectConst(gen, spec)
				}
			}
		}
	}
}

func (l *loader) collectConst(gen *ast.GenDecl, spec *ast.ValueSpec) {
	doc := spec.Doc
	if doc == nil && !gen.Lparen.IsValid() {
		doc = gen.Doc
	}
	typ := ""
	if id, ok := spec.Type.(*ast.Ident); ok {
		typ = id.Name
	}
	for i, name := range spec.Names {
		c := constDecl{name: name, typ: typ, doc: docText(doc)}
		if i < len(spec.Values) {
			c.value = spec.Values[i]
		}
		if name.Name == "ProtocolVersion" {
			l.schema.Version, _ = stringLiteral(c.value)
		}
		l.consts = append(l.consts, c)
	}
}

// sortTypes puts types in the order of the source, wherever they were reached.
func (l *loader) sortTypes() {
	for _, s := range l.structs {
		l.schema.Structs = append(l.schema.Structs, s)
	}
	for _, e := range l.enums {
		l.schema.Enums = append(l.schema.Enums, e)
	}
	pos := func(name string) token.Pos { return l.types[name].spec.Pos() }
	slices.SortFunc(l.schema.Structs, func(a, b *Struct) int { return cmp.Compare(pos(a.Name), pos(b.Name)) })
	slices.SortFunc(l.schema.Enums, func(a, b *Enum) int { return cmp.Compare(pos(a.Name), pos(b.Name)) })
}

// fileOf is the name of the file that declares a type, without .go.
func (l *loader) fileOf(decl *typeDecl) string {
	return strings.TrimSuffix(path.Base(l.fset.Position(decl.spec.Pos()).Filename), ".go")
}

// docText is a comment as plain text on lines as they were, without directives.
func docText(doc *ast.CommentGroup) string {
	return strings.TrimSpace(doc.Text())
}

// stringLiteral is the value of a string literal.
func stringLiteral(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// intLiteral is the value of an integer literal, which may have a minus sign.
func intLiteral(e ast.Expr) (int64, bool) {
	sign := ""
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.SUB {
		sign, e = "-", u.X
	}
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.INT {
		return 0, false
	}
	n, err := strconv.ParseInt(sign+lit.Value, 0, 64)
	return n, err == nil
}
