package gen

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// TestGeneratedFilesAreCurrent compares every generated file with what is on
// disk, and finds those that nothing generates any more.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	files, err := Generate(root)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		got, err := os.ReadFile(filepath.Join(root, path))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is out of date: run go generate ./rpc", path)
		}
	}
	onDisk, err := filepath.Glob(filepath.Join(root, "rpc", "*_gen.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range onDisk {
		path := filepath.ToSlash(strings.TrimPrefix(name, filepath.FromSlash(root+"/")))
		if files[path] == nil {
			t.Errorf("%s is not generated any more: remove it", path)
		}
	}
}

// TestProtocolLinks follows every link within protocol.md.
func TestProtocolLinks(t *testing.T) {
	page := string(readFile(t, root, "protocol.md"))
	targets := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(page, -1) {
		targets[anchor(strings.NewReplacer("`", "", ":", "", ",", "", " ", "-").Replace(m[1]))] = true
	}
	for _, m := range regexp.MustCompile(`<a id="([^"]*)">`).FindAllStringSubmatch(page, -1) {
		targets[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(page, -1) {
		if !targets[m[1]] {
			t.Errorf("the link #%s leads nowhere", m[1])
		}
	}
}
