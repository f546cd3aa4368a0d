package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The demo may be started anywhere, a home directory included: what it reads is
// bounded.
const (
	maxSearched  = 20_000  // directory entries
	maxFound     = 2_000   // files
	maxFileBytes = 1 << 20 // of one file
)

// fileSize is a text file, by its path with slashes under the directory searched.
type fileSize struct {
	Path  string `json:"path"`
	Lines int    `json:"lines"`
}

// kindSize sums up the files of one extension.
type kindSize struct {
	Name  string `json:"name"`
	Files int    `json:"files"`
	Lines int    `json:"lines"`
}

// searchResult is what a search found.
type searchResult struct {
	Summary string     `json:"summary"`
	Files   []fileSize `json:"-"`     // for copilot; too many for the record
	Kinds   []kindSize `json:"kinds"` // the four with the most lines
}

// searchFiles finds the text files under a directory. It leaves out what is
// hidden or installed, and what can't be read.
func searchFiles(ctx context.Context, dir string) (searchResult, error) {
	f := finder{dir: dir, files: []fileSize{}, kinds: map[string]kindSize{}}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if path == dir {
			return err // nil, or the directory itself can't be read
		}
		return f.visit(path, entry)
	})
	if err == nil && len(f.files) == 0 {
		err = fmt.Errorf("there are no text files in %s; name another directory: tomledger demo DIR", dir)
	}
	return f.result(), err
}

// finder is a search in progress.
type finder struct {
	dir             string
	files           []fileSize
	kinds           map[string]kindSize
	lines, searched int
}

// visit looks at one entry of a directory.
func (f *finder) visit(path string, entry fs.DirEntry) error {
	f.searched++
	switch {
	case f.full():
		return fs.SkipAll
	case leftOut(entry.Name()) && entry.IsDir():
		return fs.SkipDir
	case leftOut(entry.Name()), !entry.Type().IsRegular():
		return nil
	}
	lines, ok := countLines(path, entry)
	if !ok {
		return nil
	}
	rel, err := filepath.Rel(f.dir, path)
	if err != nil {
		return err
	}
	f.lines += lines
	f.files = append(f.files, fileSize{filepath.ToSlash(rel), lines})
	name := cmp.Or(filepath.Ext(path), "other")
	f.kinds[name] = kindSize{name, f.kinds[name].Files + 1, f.kinds[name].Lines + lines}
	return nil
}

// full tells whether there may be more than was looked at.
func (f *finder) full() bool { return f.searched > maxSearched || len(f.files) == maxFound }

func (f *finder) result() searchResult {
	kinds := slices.SortedFunc(maps.Values(f.kinds), func(a, b kindSize) int {
		return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Name, b.Name))
	})
	summary := fmt.Sprintf("%d files, %d lines", len(f.files), f.lines)
	if f.full() {
		summary = "the first " + summary
	}
	return searchResult{summary, f.files, kinds[:min(4, len(kinds))]}
}

// leftOut tells what nobody means by "my files".
func leftOut(name string) bool {
	return strings.HasPrefix(name, ".") || slices.Contains([]string{"node_modules", "vendor", "_ai"}, name)
}

// countLines counts the lines of a file, if it is a text of reasonable size.
func countLines(path string, entry fs.DirEntry) (int, bool) {
	info, err := entry.Info()
	if err != nil || info.Size() > maxFileBytes {
		return 0, false
	}
	data, err := os.ReadFile(path)
	if err != nil || bytes.IndexByte(data, 0) >= 0 {
		return 0, false
	}
	return bytes.Count(data, []byte{'\n'}), true
}
