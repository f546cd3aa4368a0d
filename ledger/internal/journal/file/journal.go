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

// Journal keeps logs in a ledger directory.
type Journal struct {
	dir     string // absolute
	options Options
	disk    disk
	watches *hub
}

var _ journal.Journal = (*Journal)(nil)

// Open returns a journal on the directory, which is made if it is missing.
// Whether one may write there shows when something is written.
func Open(dir string, options Options) (*Journal, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if err := makeLedger(dir); err != nil {
		return nil, err
	}
	return &Journal{dir: dir, options: options, disk: osDisk{}, watches: newHub(options)}, nil
}

// makeLedger makes the directory, unless it is there.
func makeLedger(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return fmt.Errorf("journal: the ledger %s is a file; name a directory", dir)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("journal: the ledger directory cannot be used: %w", err)
	}
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return fmt.Errorf("journal: the ledger directory cannot be made: %w", err)
	}
	return os.Chmod(dir, dirMode)
}

// Open implements [journal.Journal]. It reads nothing yet.
func (j *Journal) Open(ctx context.Context, operationID string) (journal.Log, error) {
	if err := journal.CheckExistingID(operationID); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l := &log{journal: j, id: operationID, trail: j.liveTrail(operationID)}
	if err := l.locate(); err != nil {
		return nil, err
	}
	if l.archived {
		return l, nil
	}
	if err := l.openLock(); err != nil {
		return nil, err
	}
	return l, nil
}

// List implements [journal.Journal].
func (j *Journal) List(ctx context.Context, archived bool) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	list := j.operations
	if archived {
		list = j.backups
	}
	ids, err := list()
	return ids, wrap(err)
}

// Close implements [journal.Journal]. Watches end, and what is enrolled stays
// so until it is released.
func (j *Journal) Close() error { return j.watches.close() }

// wrap marks an error of the storage, which names the path itself, and leaves
// those of package journal as they are.
func wrap(err error) error {
	if err == nil || errors.Is(err, journal.ErrNotFound) || isDamage(err) {
		return err
	}
	return fmt.Errorf("journal: %w", err)
}

// BackupPath implements [journal.Journal].
func (j *Journal) BackupPath(operationID string) string { return j.backup(operationID) }

// WatchList implements [journal.Journal]. Every file in the ledger directory
// that changes its name calls, the views among them.
func (j *Journal) WatchList(changed func()) (stop func(), err error) {
	return j.watches.add(j.dir, changed)
}
