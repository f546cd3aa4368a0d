package file

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

const (
	trailSuffix   = "_trail"
	lockSuffix    = ".operation.lock"
	segmentSuffix = ".jsonl"
	backupDir     = "backup"
	enginesDir    = "engines"
	// createPrefix begins the name of a trail that is being made, and
	// trashPrefix that of a backup that is being deleted. No id begins with a
	// dot, so neither is ever taken for the real thing.
	createPrefix = ".create-"
	trashPrefix  = ".trash-"
)

// viewNames are the views, as they are called in a backup. In the ledger
// directory the id and a dot come before.
var viewNames = [...]string{documentName, logName, debugLogName}

const (
	documentName = "operation.json"
	logName      = "operation.log"
	debugLogName = "operation.debug.log"
)

func (j *Journal) liveTrail(id string) string   { return filepath.Join(j.dir, id+trailSuffix) }
func (j *Journal) lockPath(id string) string    { return filepath.Join(j.dir, id+lockSuffix) }
func (j *Journal) backup(id string) string      { return filepath.Join(j.dir, backupDir, id) }
func (j *Journal) backupTrail(id string) string { return filepath.Join(j.backup(id), "trail") }

func (j *Journal) liveView(id, name string) string { return filepath.Join(j.dir, id+"."+name) }

// segmentPath is the path of segment n in a trail.
func segmentPath(trail string, n int) string {
	return filepath.Join(trail, fmt.Sprintf("%06d", n)+segmentSuffix)
}

// segments returns the numbers of the segments in a trail, in order. Anything
// else that lies there is left alone.
func segments(trail string) ([]int, error) {
	entries, err := os.ReadDir(trail)
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, e := range entries {
		digits, ok := strings.CutSuffix(e.Name(), segmentSuffix)
		n, err := strconv.Atoi(digits)
		if ok && err == nil && n > 0 && e.Name() == filepath.Base(segmentPath(trail, n)) {
			numbers = append(numbers, n)
		}
	}
	slices.SortFunc(numbers, cmp.Compare[int]) // names beyond 999999 sort otherwise
	return numbers, nil
}

// operations returns the ids of the live operations, in order.
func (j *Journal) operations() ([]string, error) {
	return listIDs(j.dir, func(e fs.DirEntry) string {
		id, ok := strings.CutSuffix(e.Name(), trailSuffix)
		if !ok || !e.IsDir() {
			return ""
		}
		return id
	})
}

// backups returns the ids of the archived operations, in order. A directory
// that doesn't look like something we archived is not listed.
func (j *Journal) backups() ([]string, error) {
	return listIDs(filepath.Join(j.dir, backupDir), func(e fs.DirEntry) string {
		if !e.IsDir() {
			return ""
		}
		if info, err := os.Lstat(j.backupTrail(e.Name())); err != nil || !info.IsDir() {
			return ""
		}
		return e.Name()
	})
}

// listIDs returns the ids that id finds in the entries of dir, in order. A
// missing directory is an empty one.
func listIDs(dir string, id func(fs.DirEntry) string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var ids []string
	for _, e := range entries {
		if id := id(e); journal.CheckExistingID(id) == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}
