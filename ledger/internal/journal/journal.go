// Package journal is the seam between the engine and whatever keeps its logs:
// files (package file), memory (package mem), later a remote ledger and etcd.
// The engine knows nothing beyond this package, and every implementation passes
// the conformance suite in package journaltest.
//
// A log is a sequence of records, numbered from 1 without a gap. The only way
// to change it is to append after the last record one has read; whoever comes
// second gets [ErrConflict], reads what is new and decides again.
package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// Errors of journals, compared with errors.Is.
var (
	// ErrConflict: the log is longer than the caller knows. Nothing was
	// written. Read what is new, decide again.
	ErrConflict = errors.New("journal: the log has grown meanwhile")
	// ErrBusy: the log's lock is held and the caller did not want to wait.
	ErrBusy = errors.New("journal: another process holds the lock")
	// ErrLockTimeout: the log's lock was held for as long as the caller could wait.
	ErrLockTimeout = errors.New("journal: another process kept the lock for too long")
	// ErrNotFound: there is no such log.
	ErrNotFound = errors.New("journal: no such operation")
	// ErrExists: there is such a log already.
	ErrExists = errors.New("journal: the operation exists already")
	// ErrFormatTooNew: the log was written by a newer version: it can be read
	// as far as it is understood, and not appended to.
	ErrFormatTooNew = errors.New("journal: the log has a newer format")
)

// CorruptError is a log that cannot be read past a point. What comes before
// the point has been delivered.
type CorruptError struct {
	// Path is the file.
	Path string
	// Line counts from 1, Byte from 0: both name the beginning of the bad line.
	Line, Byte int64
	// Reason is what is wrong there.
	Reason string
}

// Error names file, line and byte.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s:%d (byte %d): %s", e.Path, e.Line, e.Byte, e.Reason)
}

// Record is one event as it stands in a log.
type Record struct {
	// Seq is the record's number, from 1.
	Seq int64
	// More marks a record that counts only together with the one after it: the
	// events of one command are kept whole or not at all.
	More bool
	// Snapshot marks a record that holds the whole state. Replay can begin at
	// it, and what is before it may be deleted by the retention of the trail.
	Snapshot bool
	// Data is the event, a JSON object without line breaks and not empty. Its
	// first key is none of those that a journal adds; see CheckBatch.
	Data []byte
}

// Journal keeps the logs of one ledger. Its methods may be called concurrently.
type Journal interface {
	// Create makes the log of a new operation, durable on disk if sync is set.
	// It returns ErrExists, also if there is such an archived operation,
	// ErrInvalidID, ErrInvalidBatch, or an error of the storage.
	Create(ctx context.Context, operationID string, first []Record, sync bool) (Log, error)
	// Open opens a log, live or archived. It returns ErrNotFound, also for one
	// that was never completely created, or ErrInvalidID.
	Open(ctx context.Context, operationID string) (Log, error)
	// List names the live or the archived operations, in order of their ids.
	List(ctx context.Context, archived bool) ([]string, error)
	// WatchList calls changed, never concurrently with itself, whenever an
	// operation may have been created or archived, until stop is called. It may
	// miss some and call without a reason.
	WatchList(changed func()) (stop func(), err error)
	// BackupPath is where the archived operation lies, or will lie.
	BackupPath(operationID string) string
	// Enroll proves for as long as the engine lives that it does: the proof
	// ends with the process at the latest, or with release. It returns ErrExists
	// if the id is taken, by a dead engine even, or ErrInvalidID.
	Enroll(engineID string) (release func() error, err error)
	// Engines tells which engines are enrolled and alive. The dead are listed
	// until they are forgotten.
	Engines(ctx context.Context) ([]Engine, error)
	// Close releases what the journal holds. Logs are closed before.
	Close() error
}

// Engine is an engine that has enrolled.
type Engine struct {
	ID    string
	Alive bool
}

// Log is the log of one operation. One goroutine at a time calls its methods,
// except Watch's callback and Sync, which may run beside the others.
type Log interface {
	// Append writes records after seq with one write, acknowledged as soon as
	// they survive the death of this process. With wait it waits for the lock,
	// up to the journal's lock timeout; without, it returns ErrBusy at once.
	// It returns ErrConflict, ErrBusy, ErrLockTimeout, ErrFormatTooNew,
	// ErrArchived if there is nothing left to read either, a CorruptError, the
	// context's error, or an error of the storage after which nothing of the
	// records remains. A reader sees the records of one call together or not at
	// all. See CheckBatch for what they must be.
	Append(ctx context.Context, after int64, records []Record, wait bool) error
	// Sync returns when everything appended before it is on disk.
	Sync() error
	// Read yields the records after seq. Their numbers have no gap, unless the
	// retention has deleted some: then the oldest snapshot there is comes next,
	// at the beginning as in the middle. With latest, Read begins with the
	// newest snapshot that is after seq, if there is one. The last pair may
	// carry an error, a CorruptError among them. A torn tail ends the sequence
	// without an error.
	Read(ctx context.Context, after int64, latest bool) iter.Seq2[Record, error]
	// Watch calls changed, never concurrently with itself, whenever the log may
	// have grown, until stop is called; a call that is under way then is not
	// waited for. It says "look", not how much or what, and it calls for the
	// log's own appends too. Other watches may wait for changed to return, and
	// so may an appender: it takes note and returns.
	Watch(changed func()) (stop func(), err error)
	// UpdateViews brings what people read up to the record at, which the caller
	// believes to be the last. It returns ErrConflict if it isn't, without
	// having done anything: whoever appended it updates the views. Those of an
	// archived log are only changed to rebuild them.
	UpdateViews(ctx context.Context, at int64, views Views) error
	// ReadViews returns the views as they are, for Check.
	ReadViews() (ViewData, error)
	// Archive moves the log of an ended operation, with its views, to the
	// backups and applies their retention. It finishes what another left
	// unfinished, and does nothing to an archived log but tell its place.
	Archive(ctx context.Context) (path string, err error)
	// Archived tells whether the log was opened in, or moved to, the backups,
	// and where that is.
	Archived() (path string, ok bool)
	// Close releases files and watches. The log stays.
	Close() error
}

// Views renders what people read. Its methods may read the log.
type Views interface {
	// Document is the operation as indented JSON; nil leaves it as it is.
	Document() []byte
	// Lines are the log lines of the events after seq, each with its newline;
	// debug lines are included only if debug is set. A line ends in " seq=N".
	// Two events never share a line, and an event has one line or none.
	Lines(after int64, debug bool) ([]byte, error)
	// Rebuild asks for the logs to be written anew instead of continued.
	Rebuild() bool
}

// ViewData is what people read, as it stands. A missing view is nil.
type ViewData struct {
	Document, Log, DebugLog []byte
}
