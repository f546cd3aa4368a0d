package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// Create implements [journal.Journal].
//
// The trail is made under another name and renamed when it is complete: the
// rename is the moment at which the log exists, and the one that decides
// between two creators, since a directory that isn't empty can't be replaced.
func (j *Journal) Create(ctx context.Context, operationID string, first []journal.Record, sync bool) (journal.Log, error) {
	if err := journal.CheckID(operationID); err != nil {
		return nil, err
	}
	if err := journal.CheckBatch(0, first); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	content, err := encode(nil, first, encoding{head: true})
	if err != nil {
		return nil, err
	}
	if err := j.checkFree(operationID); err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp(j.dir, createPrefix+operationID+"-")
	if err != nil {
		return nil, wrap(err)
	}
	if err := j.createIn(temp, operationID, content, sync); err != nil {
		return nil, errors.Join(wrap(err), wrap(os.RemoveAll(temp)))
	}
	// It is there by now: giving up would leave a log that nobody knows of.
	l, err := j.Open(context.WithoutCancel(ctx), operationID)
	if err != nil {
		return nil, err
	}
	created := l.(*log)
	end := position{segment: 1, offset: int64(len(content)), line: int64(len(first)), seq: int64(len(first))}
	if err := created.reopenSegment(end, formatVersion); err != nil {
		return nil, errors.Join(wrap(err), l.Close())
	}
	return l, nil
}

// checkFree returns ErrExists if there is an operation of that id.
func (j *Journal) checkFree(id string) error {
	for _, trail := range []string{j.backupTrail(id), j.liveTrail(id)} {
		there, err := exists(trail)
		if err != nil {
			return wrap(err)
		}
		if there {
			return fmt.Errorf("%w: %s", journal.ErrExists, trail)
		}
	}
	return nil
}

// createIn makes the trail in temp, a new directory, and moves it in place.
func (j *Journal) createIn(temp, id string, content []byte, sync bool) error {
	if err := os.Chmod(temp, dirMode); err != nil {
		return err
	}
	if err := j.disk.WriteFile(segmentPath(temp, 1), content, sync); err != nil {
		return err
	}
	if sync {
		if err := j.disk.SyncDir(temp); err != nil {
			return err
		}
	}
	// The lock comes before the log: whoever finds a log may expect its lock.
	if err := j.disk.WriteFile(j.lockPath(id), nil, false); err != nil {
		return err
	}
	if err := j.disk.Rename(temp, j.liveTrail(id)); err != nil {
		if there, _ := exists(j.liveTrail(id)); there {
			return fmt.Errorf("%w: %s", journal.ErrExists, j.liveTrail(id))
		}
		return errors.Join(err, ignoreMissing(j.disk.Remove(j.lockPath(id))))
	}
	if !sync {
		return nil
	}
	return j.disk.SyncDir(filepath.Clean(j.dir))
}

// openLock opens the lock of a live log, which is never made anew: two files
// of one name would be two locks.
func (l *log) openLock() error {
	path := l.journal.lockPath(l.id)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrPermission) || isReadOnly(err) {
		f, err = os.Open(path) // enough to lock, where nothing can be written
	}
	if errors.Is(err, fs.ErrNotExist) {
		// It goes last when a log is archived.
		if located := l.locate(); located != nil || l.archived {
			return located
		}
		return fmt.Errorf("journal: %s is missing: create it, empty, while no engine is running: %w", path, err)
	}
	if err != nil {
		return wrap(err)
	}
	l.lock = &opLock{file: f, timeout: l.journal.options.LockTimeout}
	return nil
}
