package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestArchitecture holds this repository to the rules that architectureRules
// lists. It reads the sources of every operating system, tests included, and
// builds nothing.
func TestArchitecture(t *testing.T) {
	tree, err := loadTree(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range architectureRules() {
		t.Run(rule.name, func(t *testing.T) {
			for _, found := range rule.check(tree) {
				t.Errorf("%s\n\twhy: %s", found, rule.why)
			}
		})
	}
}

// TestArchitectureRulesGoRed breaks each rule on purpose. An archive of
// testdata/architecture names a rule and what it must say about the files that
// follow; no other rule may find anything in them.
func TestArchitectureRulesGoRed(t *testing.T) {
	for _, rule := range architectureRules() {
		t.Run(rule.name, func(t *testing.T) {
			tree, want := breach(t, rule.name)
			for _, other := range architectureRules() {
				found := other.check(tree)
				if other.name != rule.name {
					if len(found) > 0 {
						t.Errorf("rule %q complains too: %q", other.name, found)
					}
					continue
				}
				slices.Sort(found)
				slices.Sort(want)
				if diff := cmp.Diff(want, found); diff != "" {
					t.Errorf("rule %q (-want +found):\n%s", rule.name, diff)
				}
			}
		})
	}
}

// breach loads the archive whose first line is "rule: NAME". Its further lines
// are what the rule must find. In its files, "(N empty lines)" stands for them.
func breach(t *testing.T, rule string) (tree *sourceTree, want []string) {
	t.Helper()
	names, err := filepath.Glob("testdata/architecture/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	empty := regexp.MustCompile(`\((\d+) empty lines\)\n`)
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(archive.Comment)), "\n")
		if lines[0] != "rule: "+rule {
			continue
		}
		files := fstest.MapFS{}
		for _, file := range archive.Files {
			files[file.Name] = &fstest.MapFile{Data: empty.ReplaceAllFunc(file.Data, func(text []byte) []byte {
				count, _ := strconv.Atoi(string(empty.FindSubmatch(text)[1]))
				return slices.Repeat([]byte("\n"), count)
			})}
		}
		tree, err := loadTree(files)
		if err != nil {
			t.Fatal(err)
		}
		return tree, lines[1:]
	}
	t.Fatalf("no archive in testdata/architecture breaks the rule %q: add one", rule)
	return nil, nil
}

// TestConnectCannotReachTheEngine checks the import table itself: clients link
// sidecar/connect, and with the engine in it they would carry every storage.
func TestConnectCannotReachTheEngine(t *testing.T) {
	heavy := func(pkgPath string) bool { return matches(pkgPath, []string{"ledger/..."}) }
	if reached := reachable(layers(), "sidecar/connect"); slices.ContainsFunc(reached, heavy) {
		t.Errorf("by the table, sidecar/connect may link %q", reached)
	}

	// The same question to a table in which it can.
	rows := slices.Concat([]layer{{packages: "rpc/wire", imports: []string{"ledger"}}}, layers())
	if reached := reachable(rows, "sidecar/connect"); !slices.ContainsFunc(reached, heavy) {
		t.Errorf("the engine behind rpc/wire was not found among %q", reached)
	}
}
