// The command rpcgen writes every file that is generated from the schema in
// package rpc. Its argument is the top of the repository.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tomledger/tomledger/rpc/gen"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stderr))
}

func run(args []string, stderr io.Writer) int {
	if len(args) != 1 {
		fmt.Fprintln(stderr, "usage: rpcgen ROOT (or: go generate ./rpc)")
		return 2
	}
	files, err := gen.Generate(args[0])
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	for path, content := range files {
		if err := write(filepath.Join(args[0], filepath.FromSlash(path)), content); err != nil {
			fmt.Fprintln(stderr, err)
			return 1
		}
	}
	return 0
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
