package gen

import (
	"bytes"
	"os"
	"path/filepath"
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
