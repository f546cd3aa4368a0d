package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Problem is something in a ledger directory that belongs to no log, or that
// others may read.
type Problem struct {
	// Kind is "leftover" or "mode".
	Kind, Path, Message string
	// Repaired tells that it was put right.
	Repaired bool
}

// leftoverAge is how old something unfinished must be before it is taken for
// left over: an engine may be making it just now.
const leftoverAge = time.Minute

// Inspect walks a ledger directory and reports modes that are too open and
// files without a log. With repair it puts both right.
func Inspect(dir string, repair bool) ([]Problem, error) {
	var problems []Problem
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // engines are at work
		}
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return ignoreMissing(err)
		}
		if p, bad := inspectMode(path, info, repair); bad {
			problems = append(problems, p)
		}
		if filepath.Dir(path) == dir {
			if p, bad := inspectLeftover(dir, path, info, repair); bad {
				problems = append(problems, p)
				if entry.IsDir() {
					return fs.SkipDir
				}
			}
		}
		return nil
	})
	return problems, wrap(err)
}

func inspectMode(path string, info fs.FileInfo, repair bool) (Problem, bool) {
	want := fileMode
	if info.IsDir() {
		want = dirMode
	}
	if runtime.GOOS == "windows" || !info.Mode().IsRegular() && !info.IsDir() || info.Mode().Perm()&^want == 0 {
		return Problem{}, false
	}
	p := Problem{Kind: "mode", Path: path, Message: fmt.Sprintf("the mode is %04o and should be %04o", info.Mode().Perm(), want)}
	if repair {
		p.Repaired = os.Chmod(path, want) == nil
	}
	return p, true
}

// inspectLeftover finds what a killed engine left: half a creation, or half a
// deletion, and files of an operation that isn't there.
func inspectLeftover(dir, path string, info fs.FileInfo, repair bool) (Problem, bool) {
	name := filepath.Base(path)
	if time.Since(info.ModTime()) < leftoverAge {
		return Problem{}, false
	}
	p := Problem{Kind: "leftover", Path: path}
	switch id, isView := operationOf(name); {
	case strings.HasPrefix(name, createPrefix), strings.HasPrefix(name, trashPrefix):
		p.Message = "a killed engine left it"
	case isView && missing(filepath.Join(dir, id+trailSuffix)):
		p.Message = "there is no operation " + id
	default:
		return Problem{}, false
	}
	if repair {
		p.Repaired = os.RemoveAll(path) == nil
	}
	return p, true
}

// operationOf tells which operation a lock or a view belongs to.
func operationOf(name string) (string, bool) {
	for _, suffix := range []string{lockSuffix, "." + documentName, "." + logName, "." + debugLogName} {
		if id, ok := strings.CutSuffix(name, suffix); ok {
			return id, true
		}
	}
	return "", false
}

func missing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}
