package ledger

import (
	"os"

	"github.com/tomledger/tomledger/ledger/internal/journal/file"
)

// Open starts an engine on a ledger directory, which is made if it is missing,
// unless the engine is to read only. Any number of processes may open the same
// directory.
func Open(dir string, opts Options) (*Engine, error) {
	if opts.ReadOnly {
		if _, err := os.Stat(dir); err != nil {
			return nil, storageError("", err)
		}
	}
	j, err := file.Open(dir, fileOptions(opts))
	if err != nil {
		return nil, storageError("", err)
	}
	e, err := open(j, opts)
	if err != nil {
		j.Close()
		return nil, err
	}
	return e, nil
}

func fileOptions(o Options) file.Options {
	r := o.Retention
	return file.Options{
		LockTimeout: o.LockTimeout, PollInterval: o.PollInterval,
		Backups: file.BackupRetention{Count: r.Backups, Age: r.BackupAge, Bytes: r.BackupBytes},
		Trail:   file.TrailRetention{Events: r.TrailEvents, Bytes: r.TrailBytes, Age: r.TrailAge},
	}
}
