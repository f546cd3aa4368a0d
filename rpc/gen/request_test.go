package gen

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// everyKind is added to the schema by TestGeneratedGoCompiles: a request to the
// client and a struct with every kind of field in every position.
const everyKind = `package rpc

// Everything has a field of every kind.
type Everything struct {
	// A is text that may be empty.
	//rpc:empty
	A string ` + "`json:\"a\"`" + `
	// B is a number.
	B float64 ` + "`json:\"b\"`" + `
	// C is a time.
	C Time ` + "`json:\"c\"`" + `
	// D is an optional time.
	D *Time ` + "`json:\"d,omitempty\"`" + `
	// E is an enum.
	E LogLevel ` + "`json:\"e\"`" + `
	// F is a list of structs.
	F []Everything ` + "`json:\"f\"`" + `
	// G is a map of structs.
	G map[string]Everything ` + "`json:\"g\"`" + `
	// H is an optional struct.
	H *Everything ` + "`json:\"h,omitempty\"`" + `
	// I is an optional list of times.
	I []Time ` + "`json:\"i,omitempty\"`" + `
	// J is raw.
	J RawJSON ` + "`json:\"j\"`" + `
	// K is a list of raw values.
	K []RawJSON ` + "`json:\"k\"`" + `
	// L is a flag.
	L bool ` + "`json:\"l\"`" + `
	// M is a map of enums.
	M map[string]LogLevel ` + "`json:\"m,omitempty\"`" + `
	// N is a struct.
	N Progress ` + "`json:\"n\"`" + `
	// O is an optional number.
	O *int64 ` + "`json:\"o,omitempty\"`" + `
}
`

const clientRequest = `type Events interface {
	// CallCleanup asks to clean up.
	//rpc:request call/cleanup
	CallCleanup(ctx context.Context, p *Everything) (*Everything, error)
`

// TestGeneratedGoCompiles generates from the real schema with a request to the
// client and every kind of field added, and has the Go compiler judge it. Set
// GEN_KEEP to a directory to look at the files, or to compile the others.
func TestGeneratedGoCompiles(t *testing.T) {
	dir := os.Getenv("GEN_KEEP")
	if dir == "" {
		dir = t.TempDir()
	}
	copySchema(t, dir)
	writeFile(t, dir, "rpc/everything.go", []byte(everyKind))
	events := readFile(t, dir, "rpc/events.go")
	events = bytes.Replace(events, []byte("package rpc"), []byte("package rpc\n\nimport \"context\"\n"), 1)
	events = bytes.Replace(events, []byte("type Events interface {\n"), []byte(clientRequest+"\n"), 1)
	writeFile(t, dir, "rpc/events.go", events)
	files, err := Generate(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		writeFile(t, dir, path, files[path])
	}
	vet := exec.Command("go", "vet", "./rpc")
	vet.Dir = dir
	if out, err := vet.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for path, want := range map[string]string{
		"bindings/typescript/src/protocol.gen.ts": "export interface ClientRequests {",
		"bindings/dart/lib/src/protocol.g.dart":   "abstract interface class ClientRequests {",
		"rpc/openrpc.json":                        `"name": "call/cleanup"`,
		"protocol.md":                             "### `call/cleanup`",
	} {
		if !bytes.Contains(files[path], []byte(want)) {
			t.Errorf("%s has no %s", path, want)
		}
	}
}

// copySchema copies what the generator reads and what the result needs.
func copySchema(t *testing.T, dir string) {
	entries, err := os.ReadDir(filepath.Join(root, "rpc"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.Contains(name, "_test.") && !strings.Contains(name, "_gen.") {
			writeFile(t, dir, "rpc/"+name, readFile(t, root, "rpc/"+name))
		}
	}
	writeFile(t, dir, "go.mod", []byte("module example.com/m\n\ngo 1.26\n"))
	writeFile(t, dir, "protocol.md", readFile(t, root, "protocol.md"))
}

func readFile(t *testing.T, dir, path string) []byte {
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t *testing.T, dir, path string, content []byte) {
	name := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
