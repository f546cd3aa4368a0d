package main_test

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// stillFunctions make values that nobody can change, or whose change nobody
// can see; a package variable may be initialized by them.
func stillFunctions() []string {
	return []string{
		"errors.New", "fmt.Errorf", // sentinels
		"regexp.MustCompile", "strings.NewReplacer", "template.Must", // compiled once, safe to share
		"sync.OnceValue", "sync.OnceValues", // a constant computed on first use
	}
}

// changingVariables reports package variables that are more than a constant
// that Go can't spell. Such a one is initialized where it is declared, with a
// literal or by a still function, and in the whole package, tests included,
// nothing assigns to it, to a part of it, or takes its address. A sync.Pool is
// fine: what it holds makes no difference. So are variables filled by go:embed.
func changingVariables(tree *sourceTree) (found []string) {
	for _, pkg := range tree.packages {
		info := resolve(tree.fset, pkg)
		suspects := map[types.Object]bool{}
		for _, file := range pkg.files {
			if file.test || file.generated {
				continue
			}
			for _, spec := range packageVariables(file.syntax) {
				for i, name := range spec.Names {
					if reason := restless(spec, i, info); reason != "" {
						found = append(found, tree.at(name, "var %s %s", name.Name, reason))
					} else if object := info.Defs[name]; object != nil {
						suspects[object] = true
					}
				}
			}
		}
		for _, file := range pkg.files {
			for _, place := range changes(file.syntax) {
				if object := info.Uses[place]; suspects[object] {
					found = append(found, tree.at(place, "var %s is changed", place.Name))
				}
			}
		}
	}
	return found
}

// resolve tells which declaration each name means. Imports aren't loaded, so
// names of other packages stay unknown; neither that nor a name declared once
// for each operating system does any harm here.
func resolve(fset *token.FileSet, pkg *sourcePackage) *types.Info {
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	var inPackage, external []*ast.File
	for _, file := range pkg.files {
		if file.test && file.syntax.Name.Name != pkg.files[0].syntax.Name.Name {
			external = append(external, file.syntax)
			continue
		}
		inPackage = append(inPackage, file.syntax)
	}
	config := types.Config{Importer: noImports{}, Error: func(error) {}}
	for _, files := range [][]*ast.File{inPackage, external} {
		// The error is the first of those that the comment above expects.
		_, _ = config.Check(pkg.path, fset, files, info)
	}
	return info
}

// noImports is an importer that finds nothing.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not loaded") }

// packageVariables lists the var declarations of a file outside functions,
// without those that the compiler fills from a file.
func packageVariables(file *ast.File) (specs []*ast.ValueSpec) {
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.VAR || isEmbedded(group.Doc) {
			continue
		}
		for _, spec := range group.Specs {
			if values := spec.(*ast.ValueSpec); !isEmbedded(values.Doc) {
				specs = append(specs, values)
			}
		}
	}
	return specs
}

func isEmbedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(comment *ast.Comment) bool {
		return len(comment.Text) > 11 && comment.Text[:11] == "//go:embed "
	})
}

// restless tells why the i-th variable of a declaration can't stand still, or
// nothing if it may.
func restless(spec *ast.ValueSpec, i int, info *types.Info) string {
	if spec.Names[i].Name == "_" {
		return "" // It asserts something at compile time.
	}
	if len(spec.Values) != len(spec.Names) {
		return "has no value of its own"
	}
	switch value := spec.Values[i].(type) {
	case *ast.UnaryExpr:
		if value.Op == token.AND {
			return "points to what anyone can change"
		}
	case *ast.CallExpr:
		if !isStillCall(value, info) {
			return "is made by a call that is not in stillFunctions()"
		}
	case *ast.CompositeLit:
		if name := qualifiedName(value.Type); name == "sync.Mutex" || name == "sync.RWMutex" || name == "sync.Map" {
			return "is made to be changed"
		}
	}
	return ""
}

// isStillCall accepts the calls of stillFunctions and conversions.
func isStillCall(call *ast.CallExpr, info *types.Info) bool {
	switch function := call.Fun.(type) {
	case *ast.ArrayType:
		return true
	case *ast.Ident:
		_, isType := info.Uses[function].(*types.TypeName)
		return isType
	case *ast.IndexExpr: // an instance of a generic function
		return slices.Contains(stillFunctions(), qualifiedName(function.X))
	}
	return slices.Contains(stillFunctions(), qualifiedName(call.Fun))
}

// qualifiedName is the text of a name of another package.
func qualifiedName(expr ast.Expr) string {
	selector, ok := expr.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if pkg, ok := selector.X.(*ast.Ident); ok {
		return pkg.Name + "." + selector.Sel.Name
	}
	return ""
}

// changes lists the variables that a file's statements assign to, wholly or in
// part, or whose address they take.
func changes(file *ast.File) (places []*ast.Ident) {
	changed := func(expr ast.Expr) {
		if name := variableBehind(expr); name != nil {
			places = append(places, name)
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for _, target := range node.Lhs {
				changed(target)
			}
		case *ast.RangeStmt:
			changed(node.Key)
			changed(node.Value)
		case *ast.IncDecStmt:
			changed(node.X)
		case *ast.UnaryExpr:
			if node.Op == token.AND {
				changed(node.X)
			}
		case *ast.CallExpr:
			if function, ok := node.Fun.(*ast.Ident); ok && (function.Name == "delete" || function.Name == "clear") {
				changed(node.Args[0])
			}
		}
		return true
	})
	return places
}

// variableBehind is the variable that a.b[c] and the like are parts of; nil if
// there is none.
func variableBehind(expr ast.Expr) *ast.Ident {
	for {
		switch part := expr.(type) {
		case *ast.Ident:
			return part
		case *ast.SelectorExpr:
			expr = part.X
		case *ast.IndexExpr:
			expr = part.X
		case *ast.SliceExpr:
			expr = part.X
		case *ast.ParenExpr:
			expr = part.X
		case *ast.StarExpr:
			expr = part.X
		default:
			return nil
		}
	}
}
