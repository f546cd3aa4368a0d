package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// log is a handle on the log of an operation. Its fields belong to whoever
// calls its methods, one goroutine at a time, except what mu guards.
type log struct {
	journal *Journal
	id      string
	// trail is where the segments are: in the ledger, or in the backups once
	// archived is set.
	trail    string
	archived bool
	lock     *opLock // nil if the log was archived when it was opened
	closed   bool

	// end is the furthest place that is known; the log may be longer. It is
	// behind a complete batch. Its segment is open in segment, and has format.
	end     position
	format  int
	readErr error // why segment could only be opened for reading, if so
	viewed  viewed
	buffer  []byte // of appends

	mu          sync.Mutex // guards what follows, for Sync
	segment     *os.File   // written by the owner with mu held
	trailSynced bool       // the directory has been synced since segment is open
}

// locate finds out whether the log has been archived meanwhile, by someone
// else perhaps. It returns ErrNotFound if it is gone.
func (l *log) locate() error {
	if l.archived {
		return nil
	}
	if live, err := exists(l.trail); live || err != nil {
		return wrap(err)
	}
	backup := l.journal.backupTrail(l.id)
	there, err := exists(backup)
	if err != nil {
		return wrap(err)
	}
	if !there {
		return fmt.Errorf("%w: %s", journal.ErrNotFound, l.id)
	}
	l.trail, l.archived = backup, true
	return nil
}

// openSegment opens segment n, for reading only if there is no other way: then
// readErr says why. It finds the log if it has been moved. The error is
// fs.ErrNotExist if there is a log, but no such segment.
func (l *log) openSegment(n int) (f *os.File, readErr, err error) {
	for {
		path := segmentPath(l.trail, n)
		f, err = os.OpenFile(path, os.O_RDWR, 0)
		if errors.Is(err, fs.ErrPermission) || isReadOnly(err) {
			readErr = err
			f, err = os.Open(path)
		}
		if !errors.Is(err, fs.ErrNotExist) || l.archived {
			return f, readErr, err
		}
		if located := l.locate(); located != nil {
			return nil, nil, located
		}
		if !l.archived {
			return nil, nil, err
		}
	}
}

// reopenSegment makes the segment of end the open one.
func (l *log) reopenSegment(end position, format int) error {
	f, readErr, err := l.openSegment(end.segment)
	if err != nil {
		return err
	}
	l.end, l.format, l.readErr = end, format, readErr
	l.setSegment(f)
	return nil
}

// setSegment replaces the open segment. Its file is closed: whoever begins a
// segment syncs the one before, so nothing is left to do for Sync there.
func (l *log) setSegment(f *os.File) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.segment != nil {
		_ = l.segment.Close() // reports nothing that writes and syncs have not
	}
	l.segment, l.trailSynced = f, false
}

// Sync implements [journal.Log]. It doesn't hold the lock, so that others can
// append meanwhile.
func (l *log) Sync() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.segment == nil {
		return nil // nothing has been appended through this handle
	}
	if err := l.segment.Sync(); err != nil {
		return wrap(err)
	}
	if l.trailSynced {
		return nil
	}
	// The trail is where the segment was opened: the field belongs to the owner.
	// If it has been archived meanwhile, it was synced when it still was there,
	// or its end doesn't matter any more.
	err := l.journal.disk.SyncDir(filepath.Dir(l.segment.Name()))
	if ignoreMissing(err) != nil {
		return wrap(err)
	}
	l.trailSynced = true
	return nil
}

// Watch implements [journal.Log].
func (l *log) Watch(changed func()) (stop func(), err error) {
	if l.closed {
		return nil, journal.ErrClosed
	}
	return l.journal.watches.add(l.trail, changed)
}

// Archived implements [journal.Log].
func (l *log) Archived() (path string, ok bool) {
	if l.locate() != nil || !l.archived {
		return "", false
	}
	return l.journal.backup(l.id), true
}

// Close implements [journal.Log].
func (l *log) Close() error {
	l.setSegment(nil)
	l.closed = true
	if l.lock == nil {
		return nil
	}
	err := l.lock.file.Close()
	l.lock = nil
	return wrap(err)
}
