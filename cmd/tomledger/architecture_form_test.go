package main_test

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"strings"
)

const (
	maxFileLines     = 400
	maxFunctionLines = 80
)

func initFunctions(tree *sourceTree) (found []string) {
	tree.product(func(_ *sourcePackage, file *sourceFile) {
		for _, decl := range file.syntax.Decls {
			if function, ok := decl.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
				found = append(found, tree.at(function, "func init"))
			}
		}
	})
	return found
}

// packagesWithoutDoc wants "Package NAME ..." in one file of a library and any
// comment above a command's package clause. A package of tests needs none.
func packagesWithoutDoc(tree *sourceTree) (found []string) {
	for _, pkg := range tree.packages {
		var name string
		documented := false
		for _, file := range pkg.files {
			if file.test {
				continue
			}
			name = file.syntax.Name.Name
			doc := file.syntax.Doc.Text()
			documented = documented || strings.HasPrefix(doc, "Package "+name+" ") || name == "main" && doc != ""
		}
		if name != "" && !documented {
			found = append(found, fmt.Sprintf("%s: no file has a comment \"Package %s ...\" above its package clause", pkg.path, name))
		}
	}
	return found
}

func longFiles(tree *sourceTree) (found []string) {
	for _, file := range tree.files {
		if !file.generated && file.lines > maxFileLines {
			found = append(found, fmt.Sprintf("%s: %d lines", file.path, file.lines))
		}
	}
	return found
}

func longFunctions(tree *sourceTree) (found []string) {
	for _, pkg := range tree.packages {
		for _, file := range pkg.files {
			if file.generated {
				continue
			}
			for _, decl := range file.syntax.Decls {
				function, ok := decl.(*ast.FuncDecl)
				if !ok {
					continue
				}
				first, last := tree.fset.Position(function.Pos()).Line, tree.fset.Position(function.End()).Line
				if lines := last - first + 1; lines > maxFunctionLines {
					found = append(found, tree.at(function, "func %s has %d lines", function.Name.Name, lines))
				}
			}
		}
	}
	return found
}

func emptyNames(tree *sourceTree) (found []string) {
	empty := regexp.MustCompile(`^(utils?|helpers?|common|misc|shared|stuff)([_.-].*)?$`)
	for _, file := range tree.files {
		if empty.MatchString(path.Base(file.path)) || empty.MatchString(path.Base(path.Dir(file.path))) {
			found = append(found, file.path)
		}
	}
	return found
}

// sleepingTests lets tests of testing/synctest sleep: their time is not real.
func sleepingTests(tree *sourceTree) (found []string) {
	for _, pkg := range tree.packages {
		for _, file := range pkg.files {
			if !file.test || importsPackage(file, "testing/synctest") {
				continue
			}
			ast.Inspect(file.syntax, func(node ast.Node) bool {
				selector, ok := node.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if of, ok := selector.X.(*ast.Ident); ok && of.Name == "time" && selector.Sel.Name == "Sleep" {
					found = append(found, tree.at(selector, "time.Sleep"))
				}
				return true
			})
		}
	}
	return found
}

func importsPackage(file *sourceFile, name string) bool {
	for _, spec := range file.syntax.Imports {
		if imported(spec) == name {
			return true
		}
	}
	return false
}
