// Package conformance reads the recorded exchanges in this directory and
// compares live messages with them. README.md describes the format and the
// rules; it is for tests.
package conformance

import (
	"embed"
	"io/fs"
)

//go:embed *.io
var files embed.FS

// Exchanges returns all exchanges, in the order of file names and lines.
func Exchanges() ([]Exchange, error) {
	names, err := fs.Glob(files, "*.io")
	if err != nil {
		return nil, err
	}
	var all []Exchange
	for _, name := range names {
		src, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		exchanges, err := Parse(name, string(src))
		if err != nil {
			return nil, err
		}
		all = append(all, exchanges...)
	}
	return all, nil
}
