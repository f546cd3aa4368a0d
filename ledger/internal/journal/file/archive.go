package file

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// Archive implements [journal.Log].
//
// A log is live as long as its trail is in the ledger directory, and archived
// from the rename of the trail on. Whoever dies on the way leaves one or the
// other, and the next Archive, of any handle, does the rest.
func (l *log) Archive(ctx context.Context) (path string, err error) {
	if l.closed {
		return "", journal.ErrClosed
	}
	if err := l.locate(); err != nil {
		return "", err
	}
	j := l.journal
	if !l.archived {
		if err := l.archiveLive(ctx); err != nil {
			return "", err
		}
		j.pruneBackups(l.id)
	}
	if err := j.dropLock(l.id); err != nil {
		return "", wrap(err)
	}
	return j.backup(l.id), nil
}

// archiveLive takes the lock with the log read to its end, and moves it.
func (l *log) archiveLive(ctx context.Context) error {
	for {
		err := l.each(ctx, l.end.seq, l.segment == nil, func(journal.Record) bool { return true })
		if err != nil {
			return err
		}
		if l.format > formatVersion {
			return l.tooNew()
		}
		if err := l.lock.acquire(ctx, true); err != nil {
			return err
		}
		err = l.confirmEnd()
		if err == nil {
			err = l.move()
		}
		l.lock.release()
		switch {
		case errors.Is(err, journal.ErrArchived):
			return nil // someone else was faster
		case errors.Is(err, journal.ErrConflict):
			continue // someone has appended meanwhile
		}
		return err
	}
}

// move takes the steps of archiving. The lock is held.
//
//  1. The seal. MUST be first: a handle that knows the log as it was could
//     append to the backup otherwise. Without the rest it is a torn tail.
//  2. The directory in the backups. Without a trail in it, it is no backup.
//  3. The views. SHOULD be before the trail, since afterwards nobody looks for
//     them; those that are missing have been moved already or can be rebuilt.
//  4. The trail: from now on the log is archived.
//
// The lock file goes afterwards, in dropLock: whoever opens a live log expects
// it. Nothing is synced: a power cut may bring back the live log, as it was
// ended, to be archived once more.
func (l *log) move() error {
	if err := l.sealWith(nil); err != nil {
		return err
	}
	j := l.journal
	backup := j.backup(l.id)
	for _, dir := range []string{filepath.Dir(backup), backup} {
		if err := j.disk.Mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
			return l.takeBack(err)
		}
	}
	for _, name := range viewNames {
		err := j.disk.Rename(j.liveView(l.id, name), filepath.Join(backup, name))
		if ignoreMissing(err) != nil {
			return l.takeBack(err)
		}
	}
	return l.moveTrail()
}

// moveTrail renames the trail with no file of it open in this handle, which
// not every system would allow.
func (l *log) moveTrail() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.segment.Close(); err != nil {
		return wrap(err)
	}
	l.segment = nil
	err := l.journal.disk.Rename(l.trail, l.journal.backupTrail(l.id))
	if err == nil {
		l.trail, l.archived = l.journal.backupTrail(l.id), true
	}
	segment, readErr, openErr := l.openSegment(l.end.segment)
	l.segment, l.readErr = segment, readErr
	if err != nil && segment != nil {
		return l.takeBack(err)
	}
	return wrap(errors.Join(err, openErr))
}

// dropLock removes what an archived log has no use for, if it is still there.
func (j *Journal) dropLock(id string) error {
	if live, err := exists(j.liveTrail(id)); live || err != nil {
		return err
	}
	return ignoreMissing(j.disk.Remove(j.lockPath(id)))
}
