package file

import (
	"fmt"
	"time"
)

// Options are the settings of a journal. The zero value is good for use: every
// field says what its zero means.
type Options struct {
	// LockTimeout is how long an append waits for other processes; 0 means 2 s.
	LockTimeout time.Duration
	// PollInterval is how often watched logs are looked at, in case that the
	// file system doesn't report changes, or lost some; 0 means 2 s.
	PollInterval time.Duration
	// NoNotify turns file notification off, so that only polling is left: for
	// file systems that accept watches and never report anything.
	NoNotify bool
	// Backups bounds what is kept of archived operations; 0 means 20 operations
	// of any size and age.
	Backups BackupRetention
	// Trail bounds what is kept of the logs of live operations; 0 means all.
	Trail TrailRetention
}

// BackupRetention bounds the backups. What has just been archived is kept in
// any case.
type BackupRetention struct {
	// Count is the number of operations; 0 means 20, negative any number.
	Count int
	// Age is the time since they were archived; 0 means any.
	Age time.Duration
	// Bytes is the size of them all; 0 means any.
	Bytes int64
}

// TrailRetention bounds the log of a live operation. Whole segments are
// deleted, oldest first, when a new one has been started; the newest stays.
type TrailRetention struct {
	// Events is the number of records; 0 means any.
	Events int64
	// Bytes is the size of all segments; 0 means any.
	Bytes int64
	// Age is the time since the last record of a segment; 0 means any.
	Age time.Duration
}

// The defaults. The lock timeout must be longer than what one holder needs, a
// sync of a segment, and short enough that a caller is told while it cares.
const (
	defaultLockTimeout  = 2 * time.Second
	defaultPollInterval = 2 * time.Second
	defaultBackups      = 20
)

// withDefaults returns o with zero values replaced, or what is wrong with it.
func (o Options) withDefaults() (Options, error) {
	if o.LockTimeout < 0 || o.PollInterval < 0 || o.Backups.Age < 0 || o.Backups.Bytes < 0 ||
		o.Trail.Events < 0 || o.Trail.Bytes < 0 || o.Trail.Age < 0 {
		return o, fmt.Errorf("journal: negative limits in %+v: use 0 for the default", o)
	}
	if o.LockTimeout == 0 {
		o.LockTimeout = defaultLockTimeout
	}
	if o.PollInterval == 0 {
		o.PollInterval = defaultPollInterval
	}
	if o.Backups.Count == 0 {
		o.Backups.Count = defaultBackups
	}
	return o, nil
}
