package gen

import (
	"fmt"
	"go/format"
	"os"
	"path/filepath"
)

// Generate reads the schema below root, which is the top of the repository,
// and returns every generated file by its slash-separated path from there.
// Nothing is written.
func Generate(root string) (map[string][]byte, error) {
	s, err := Load(root)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for path, src := range emitGo(s) {
		formatted, err := format.Source(src)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		files[path] = formatted
	}
	files["bindings/typescript/src/protocol.gen.ts"] = emitTypeScript(s)
	files["bindings/dart/lib/src/protocol.g.dart"] = emitDart(s)
	if files["rpc/openrpc.json"], err = emitOpenRPC(s); err != nil {
		return nil, err
	}
	page, err := os.ReadFile(filepath.Join(root, "protocol.md"))
	if err != nil {
		return nil, err
	}
	if files["protocol.md"], err = emitMarkdown(s, page); err != nil {
		return nil, err
	}
	return files, nil
}
