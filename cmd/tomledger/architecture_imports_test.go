package main_test

import (
	"fmt"
	"slices"
	"strings"
)

// A layer says which of our packages a package may import, and why no others.
// Tests may import more, since nothing links them.
type layer struct {
	packages string // a pattern, see matches
	imports  []string
	why      string
}

// layers is the import table. Of several rows the first that matches holds.
func layers() []layer {
	return []layer{
		{
			packages: "rpc",
			why:      "the contract stands alone: whoever speaks it links nothing else",
		},
		{
			packages: "rpc/wire", imports: []string{"rpc"},
			why: "connections know messages, not what the ledger does with them",
		},
		{
			packages: "rpc/gen/...", imports: []string{"rpc/gen/..."},
			why: "the generator reads the schema as source, so that it runs while what it generates doesn't compile",
		},
		{
			packages: "ledger", imports: []string{
				"ledger/internal/journal", "ledger/internal/journal/file", "ledger/internal/journal/mem",
				"ledger/internal/liveness", "ledger/internal/tempres",
			},
			why: "the engine can be embedded, without a protocol",
		},
		{
			packages: "ledger/internal/journal/...", imports: []string{"ledger/internal/journal"},
			why: "a storage knows the seam, not who uses it",
		},
		{
			packages: "ledger/internal/liveness",
			why:      "a verdict follows from evidence alone",
		},
		{
			packages: "ledger/internal/tempres",
			why:      "what deletes files is small enough to be read whole",
		},
		{
			packages: "ledger/ledgertest", imports: []string{"ledger"},
			why: "it checks the engine as its users see it",
		},
		{
			packages: "sidecar", imports: []string{"rpc", "rpc/wire", "ledger"},
			why: "it joins the protocol and the engine, and has nothing to do with commands or simulations",
		},
		{
			packages: "sidecar/connect", imports: []string{"rpc", "rpc/wire"},
			why: "clients link it: with the engine in it they would carry every storage",
		},
		{
			packages: "simulator", imports: []string{"rpc", "rpc/wire", "sidecar", "sidecar/connect", "ledger"},
			why: "it plays participants of the product, and no part of the product needs it",
		},
		{
			packages: "cmd/tomledger", imports: []string{
				"rpc", "rpc/wire", "ledger", "sidecar", "sidecar/connect", "simulator",
			},
			why: "the command is flags and output over the packages' public face",
		},
		{
			packages: "bindings/conformance",
			why:      "it holds recorded exchanges; only its test is code",
		},
	}
}

// A dependency is a module of others, who may import it, and why nobody else.
type dependency struct {
	module    string
	importers []string
	testsOnly bool
	why       string
}

// dependencies is all the foreign code there is.
func dependencies() []dependency {
	return []dependency{
		{
			module: "github.com/sourcegraph/jsonrpc2", importers: []string{"rpc/wire"},
			why: "it leaves order, limits, panics and malformed input open, which rpc/wire closes for all",
		},
		{
			module: "github.com/gofrs/flock", importers: []string{"ledger/internal/journal/..."},
			why: "a lock taken past the journal's rules can tear a log",
		},
		{
			module: "github.com/urfave/cli/v2", importers: []string{"cmd/tomledger"},
			why: "flags end where the command ends: what is below takes configuration structs",
		},
		{
			module: "github.com/fsnotify/fsnotify", importers: []string{"ledger/internal/journal/..."},
			why: "file events merge and get lost, which only the journal's watcher makes up for",
		},
		{
			module: "github.com/benbjohnson/immutable", importers: []string{"ledger"},
			why: "it makes the engine's state cheap to copy; nobody else keeps that state",
		},
		{
			module: "github.com/google/uuid", importers: []string{"ledger", "sidecar"},
			why: "ids are made where the things they name are made",
		},
		{
			module: "golang.org/x/sys", importers: []string{"rpc/wire", "ledger/internal/...", "sidecar/...", "cmd/tomledger"},
			why: "system calls belong to what touches the system",
		},
		{
			module: "golang.org/x/term", importers: []string{"cmd/tomledger"},
			why: "only the command has a terminal",
		},
		{module: "github.com/google/go-cmp", testsOnly: true, why: "it panics on what it can't compare"},
		{module: "github.com/rogpeppe/go-internal", testsOnly: true, why: "it runs scripts as tests"},
		{module: "pgregory.net/rapid", testsOnly: true, why: "it generates tests"},
	}
}

// testHelpers are packages for tests that are no tests themselves.
func testHelpers() []string {
	return []string{"ledger/ledgertest", "ledger/internal/journal/journaltest"}
}

// layerOf finds the row of a package.
func layerOf(rows []layer, pkgPath string) (row layer, ok bool) {
	i := slices.IndexFunc(rows, func(row layer) bool { return matches(pkgPath, []string{row.packages}) })
	if i < 0 {
		return layer{}, false
	}
	return rows[i], true
}

func packagesWithoutLayer(tree *sourceTree) (found []string) {
	for _, pkg := range tree.packages {
		if _, ok := layerOf(layers(), pkg.path); !ok {
			found = append(found, pkg.path+": add the package to layers() with what it may import")
		}
	}
	return found
}

func importsAcrossLayers(tree *sourceTree) (found []string) {
	tree.product(func(pkg *sourcePackage, file *sourceFile) {
		row, ok := layerOf(layers(), pkg.path)
		for _, spec := range file.syntax.Imports {
			target, ours := oursBelow(imported(spec))
			if ok && ours && !matches(target, row.imports) {
				found = append(found, tree.at(spec, "%s may not import %s: %s", pkg.path, target, row.why))
			}
		}
	})
	return found
}

func importsOfForeignCode(tree *sourceTree) (found []string) {
	for _, pkg := range tree.packages {
		for _, file := range pkg.files {
			for _, spec := range file.syntax.Imports {
				name := imported(spec)
				if _, ours := oursBelow(name); ours || isStandard(name) {
					continue
				}
				if reason := refuseDependency(name, pkg.path, file.test); reason != "" {
					found = append(found, tree.at(spec, "%s %s", name, reason))
				}
			}
		}
	}
	return found
}

// refuseDependency tells why a package may not import foreign code, or nothing
// if it may.
func refuseDependency(importPath, importer string, test bool) string {
	for _, known := range dependencies() {
		switch {
		case !matches(importPath, []string{known.module + "/..."}):
			continue
		case test, matches(importer, known.importers), known.testsOnly && matches(importer, testHelpers()):
			return ""
		case known.testsOnly:
			return "is for tests only: " + known.why
		}
		return fmt.Sprintf("may be imported by %s only: %s", strings.Join(known.importers, ", "), known.why)
	}
	return "is not in dependencies(): do without, or add it with the packages that may import it"
}

// reachable lists what a package may link, directly and through others.
func reachable(rows []layer, start string) []string {
	reached := []string{start}
	for i := 0; i < len(reached); i++ {
		row, _ := layerOf(rows, reached[i])
		for _, next := range row.imports {
			if !slices.Contains(reached, next) {
				reached = append(reached, next)
			}
		}
	}
	return reached
}

func testingInProduct(tree *sourceTree) (found []string) {
	tree.product(func(pkg *sourcePackage, file *sourceFile) {
		for _, spec := range file.syntax.Imports {
			if matches(imported(spec), []string{"testing/..."}) && !matches(pkg.path, testHelpers()) {
				found = append(found, tree.at(spec, "%s imports %s", pkg.path, imported(spec)))
			}
		}
	})
	return found
}
