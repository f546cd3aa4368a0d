package main_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// modulePath is what our import paths begin with.
const modulePath = "github.com/tomledger/tomledger"

// A sourceTree is the repository's source as the rules see it. Build
// constraints are ignored: a rule holds on every operating system.
type sourceTree struct {
	fset     *token.FileSet
	packages []*sourcePackage // in order of their paths
	files    []*sourceFile    // of every language, in order of their paths
}

// A sourcePackage is a directory with Go files.
type sourcePackage struct {
	path  string // below the module's path; "." is the module's root
	files []*sourceFile
}

// A sourceFile is a file in Go, TypeScript or Dart.
type sourceFile struct {
	path      string // with slashes, from the repository's root
	lines     int
	generated bool
	test      bool      // a _test.go file
	syntax    *ast.File // Go only
}

// loadTree reads the sources below root.
func loadTree(root fs.FS) (*sourceTree, error) {
	tree := &sourceTree{fset: token.NewFileSet()}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if notOurs(name) {
				return fs.SkipDir
			}
			return nil
		}
		return tree.add(root, name)
	})
	return tree, err
}

// notOurs tells directories that hold no source of ours: hidden ones, data of
// tests, installed packages and build results.
func notOurs(dir string) bool {
	base := path.Base(dir)
	return strings.HasPrefix(base, ".") && base != "." || strings.HasPrefix(base, "_") ||
		slices.Contains([]string{"testdata", "node_modules", "dist"}, base)
}

// add takes a file into the tree if it is source.
func (tree *sourceTree) add(root fs.FS, name string) error {
	extension := path.Ext(name)
	if !slices.Contains([]string{".go", ".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".dart"}, extension) {
		return nil
	}
	content, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	file := &sourceFile{
		path:      name,
		lines:     bytes.Count(content, []byte("\n")),
		generated: strings.Contains(path.Base(name), ".gen.") || strings.HasSuffix(name, ".g.dart"),
		test:      strings.HasSuffix(name, "_test.go"),
	}
	tree.files = append(tree.files, file)
	if extension != ".go" {
		return nil
	}
	file.syntax, err = parser.ParseFile(tree.fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	file.generated = ast.IsGenerated(file.syntax)
	pkg := tree.lookup(path.Dir(name))
	if pkg == nil {
		pkg = &sourcePackage{path: path.Dir(name)}
		tree.packages = append(tree.packages, pkg)
	}
	pkg.files = append(pkg.files, file)
	return nil
}

// lookup finds a package by its path; nil if there is none.
func (tree *sourceTree) lookup(pkgPath string) *sourcePackage {
	i := slices.IndexFunc(tree.packages, func(pkg *sourcePackage) bool { return pkg.path == pkgPath })
	if i < 0 {
		return nil
	}
	return tree.packages[i]
}

// product calls visit with every package and each of its files that are not
// tests.
func (tree *sourceTree) product(visit func(pkg *sourcePackage, file *sourceFile)) {
	for _, pkg := range tree.packages {
		for _, file := range pkg.files {
			if !file.test {
				visit(pkg, file)
			}
		}
	}
}

// at formats a finding with the place it was found at.
func (tree *sourceTree) at(node ast.Node, format string, args ...any) string {
	position := tree.fset.Position(node.Pos())
	return fmt.Sprintf("%s:%d: ", position.Filename, position.Line) + fmt.Sprintf(format, args...)
}

// imported is the path that an import names.
func imported(spec *ast.ImportSpec) string {
	name, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		panic(err) // The parser has accepted it.
	}
	return name
}

// oursBelow cuts the module's path off an import path; ok tells whether the
// import is one of our packages.
func oursBelow(importPath string) (pkgPath string, ok bool) {
	if importPath == modulePath {
		return ".", true
	}
	return strings.CutPrefix(importPath, modulePath+"/")
}

// isStandard tells whether an import path belongs to the standard library,
// whose first element never has a dot.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// matches tells whether a path is named by one of the patterns: a path, or a
// path with /... for it and everything below.
func matches(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		above, all := strings.CutSuffix(pattern, "/...")
		return name == above || all && strings.HasPrefix(name, above+"/")
	})
}
