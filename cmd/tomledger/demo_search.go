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
	maxFound     = 500     // files
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
	Files   []fileSize `json:"files"`
	Kinds   []kindSize `json:"kinds"` // the four with the most lines
}

// searchFiles finds the text files under a directory. It leaves out what is
// hidden or installed, and what can't be read.
func searchFiles(ctx context.Context, dir string) (searchResult, error) {
	result := searchResult{Files: []fileSize{}}
	kinds := map[string]kindSize{}
	lines, searched := 0, 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		searched++
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && path == dir:
			return err
		case searched > maxSearched, len(result.Files) == maxFound:
			return fs.SkipAll
		case err != nil, path == dir:
			return nil
		case entry.IsDir() && leftOut(entry.Name()):
			return fs.SkipDir
		case !entry.Type().IsRegular(), leftOut(entry.Name()):
			return nil
		}
		n, ok := countLines(path, entry)
		if !ok {
			return nil
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		lines += n
		result.Files = append(result.Files, fileSize{filepath.ToSlash(rel), n})
		k := cmp.Or(filepath.Ext(path), "other")
		kinds[k] = kindSize{k, kinds[k].Files + 1, kinds[k].Lines + n}
		return nil
	})
	if err == nil && len(result.Files) == 0 {
		err = fmt.Errorf("there are no text files in %s; name another directory: tomledger demo DIR", dir)
	}
	result.Kinds = slices.SortedFunc(maps.Values(kinds), func(a, b kindSize) int {
		return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Name, b.Name))
	})
	result.Kinds = result.Kinds[:min(4, len(result.Kinds))]
	result.Summary = fmt.Sprintf("%d files, %d lines", len(result.Files), lines)
	if len(result.Files) == maxFound || searched > maxSearched {
		result.Summary = "the first " + result.Summary
	}
	return result, err
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
