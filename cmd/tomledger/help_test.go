package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHelp compares the help of every command with testdata/help, so that a
// reviewer sees what users see. `go test ./cmd/tomledger -update` writes it.
func TestHelp(t *testing.T) {
	want := map[string]bool{}
	check := func(name string, args ...string) {
		want[name] = true
		t.Run(name, func(t *testing.T) { checkHelp(t, filepath.Join("testdata", "help", name), args) })
	}
	check("tomledger.txt", "help")
	for _, command := range (&program{}).app().Commands {
		if !command.Hidden {
			check(command.Name+".txt", command.Name, "--help")
		}
	}
	files, err := os.ReadDir("testdata/help")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !want[file.Name()] {
			t.Errorf("testdata/help/%s is the help of no command: remove it", file.Name())
		}
	}
}

func checkHelp(t *testing.T, path string, args []string) {
	var out bytes.Buffer
	p := &program{stdout: &out, stderr: io.Discard}
	if code := p.run(t.Context(), append([]string{"tomledger"}, args...)); code != exitDone {
		t.Fatalf("exit code %d", code)
	}
	if *update {
		if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(golden), out.String()); diff != "" {
		t.Errorf("the help has changed (-golden +now); if it should have, run go test ./cmd/tomledger -run TestHelp -update:\n%s", diff)
	}
}
