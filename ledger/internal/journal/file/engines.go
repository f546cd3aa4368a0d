package file

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// engineSuffix ends the name of an engine's lock file.
const engineSuffix = ".lock"

// engineInfo is what a lock file says to people. Nothing reads it.
type engineInfo struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host,omitempty"`
	Start time.Time `json:"start"`
}

// Enroll implements [journal.Journal]: the proof of life is the lock of a file
// in engines/. The file gets its name when it is locked, so that nobody ever
// finds it free while the engine lives.
func (j *Journal) Enroll(engineID string) (release func() error, err error) {
	if err := journal.CheckID(engineID); err != nil {
		return nil, err
	}
	dir := filepath.Join(j.dir, enginesDir)
	if err := j.disk.Mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, wrap(err)
	}
	path := filepath.Join(dir, engineID+engineSuffix)
	there, err := exists(path)
	if err != nil {
		return nil, wrap(err)
	}
	if there {
		return nil, fmt.Errorf("%w: engine %s is enrolled", journal.ErrExists, path)
	}
	lock, err := j.lockEngine(path)
	if err != nil {
		return nil, wrap(err)
	}
	return sync.OnceValue(func() error {
		// Removed first: an engine that leaves is never seen dead.
		err := j.disk.Remove(path)
		if unlocked := lock.Unlock(); err != nil && unlocked == nil {
			err = j.disk.Remove(path) // for systems that keep open files
		} else {
			err = errors.Join(err, unlocked)
		}
		return wrap(ignoreMissing(err))
	}), nil
}

// lockEngine makes the file at path, locked from the first moment.
func (j *Journal) lockEngine(path string) (*flock.Flock, error) {
	host, _ := os.Hostname() // of no importance
	text, err := json.Marshal(engineInfo{PID: os.Getpid(), Host: host, Start: time.Now().UTC()})
	if err != nil {
		return nil, err
	}
	temp := tempName(path)
	if err := j.disk.WriteFile(temp, append(text, '\n'), false); err != nil {
		return nil, err
	}
	lock := flock.New(temp, flock.SetFlag(os.O_RDWR))
	ok, err := lock.TryLock()
	if err == nil && !ok {
		err = journal.ErrBusy
	}
	if err == nil {
		err = j.disk.Rename(temp, path)
	}
	if err != nil {
		return nil, errors.Join(err, lock.Unlock(), ignoreMissing(j.disk.Remove(temp)))
	}
	return lock, nil
}

// Engines implements [journal.Journal].
func (j *Journal) Engines(ctx context.Context) ([]journal.Engine, error) {
	dir := filepath.Join(j.dir, enginesDir)
	ids, err := listIDs(dir, func(e fs.DirEntry) string {
		id, ok := strings.CutSuffix(e.Name(), engineSuffix)
		if !ok || !e.Type().IsRegular() {
			return ""
		}
		return id
	})
	if err != nil {
		return nil, wrap(err)
	}
	var engines []journal.Engine
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		alive, err := engineAlive(filepath.Join(dir, id+engineSuffix))
		if errors.Is(err, fs.ErrNotExist) {
			continue // it left meanwhile
		}
		if err != nil {
			return nil, wrap(err)
		}
		engines = append(engines, journal.Engine{ID: id, Alive: alive})
	}
	return engines, nil
}

// engineAlive tells whether someone holds the lock. It asks for a shared one,
// so that two who ask don't take each other for the engine.
func engineAlive(path string) (bool, error) {
	lock := flock.New(path, flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	if err != nil {
		return false, err
	}
	return !free, lock.Unlock()
}
