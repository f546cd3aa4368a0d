// Package journaltest is the conformance suite of journals: what package
// journal promises, as tests that every implementation passes.
package journaltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// Opener opens one more view of the same ledger, as another process would. The
// suite closes what it opens.
type Opener func() journal.Journal

// Run runs the suite. Each test calls newLedger once, for an empty ledger.
func Run(t *testing.T, newLedger func(t *testing.T) Opener) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, l *ledger)
	}{
		{"Create", testCreate},
		{"OpenMissing", testOpenMissing},
		{"InvalidIDs", testInvalidIDs},
		{"List", testList},
		{"Append", testAppend},
		{"InvalidBatches", testInvalidBatches},
		{"Conflict", testConflict},
		{"ReadFromAnywhere", testReadFromAnywhere},
		{"ReadLatest", testReadLatest},
		{"ReadStopsEarly", testReadStopsEarly},
		{"SnapshotInBatch", testSnapshotInBatch},
		{"StaleHandleAcrossSnapshots", testStaleHandleAcrossSnapshots},
		{"ManyAppenders", testManyAppenders},
		{"Watch", testWatch},
		{"WatchStops", testWatchStops},
		{"SyncBeside", testSyncBeside},
		{"Views", testViews},
		{"ViewsConflict", testViewsConflict},
		{"Archive", testArchive},
		{"ArchiveUnread", testArchiveUnread},
		{"StaleHandleAfterArchive", testStaleHandleAfterArchive},
		{"Engines", testEngines},
		{"Closed", testClosed},
		{"Cancelled", testCancelled},
		{"History", testHistory},
	} {
		t.Run(c.name, func(t *testing.T) {
			open := newLedger(t)
			c.test(t, &ledger{t: t, open: func() journal.Journal {
				j := open()
				t.Cleanup(func() {
					if err := j.Close(); err != nil {
						t.Error(err)
					}
				})
				return j
			}})
		})
	}
}

// ledger is what a test works on. Its methods fail the test on any error.
type ledger struct {
	t    *testing.T
	open Opener
}

// create makes a log with one record, through a view of its own.
func (l *ledger) create(id string) journal.Log {
	l.t.Helper()
	log, err := l.open().Create(context.Background(), id, Records(1, 1), false)
	return l.checked(log, err)
}

// handle opens a log through a view of its own.
func (l *ledger) handle(id string) journal.Log {
	l.t.Helper()
	log, err := l.open().Open(context.Background(), id)
	return l.checked(log, err)
}

func (l *ledger) checked(log journal.Log, err error) journal.Log {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		if err := log.Close(); err != nil {
			l.t.Error(err)
		}
	})
	return log
}

// Records returns n records with the numbers from seq on.
func Records(seq int64, n int) []journal.Record {
	records := make([]journal.Record, n)
	for i := range records {
		s := seq + int64(i)
		records[i] = journal.Record{Seq: s, Data: fmt.Appendf(nil, `{"type":"test","n":%d,"text":"é \" }"}`, s)}
	}
	return records
}

// Snapshot returns a record that is a snapshot.
func Snapshot(seq int64) journal.Record {
	return journal.Record{Seq: seq, Snapshot: true, Data: fmt.Appendf(nil, `{"type":"snapshot","n":%d}`, seq)}
}

// MustAppend appends records at the end, which the caller knows.
func MustAppend(t testing.TB, log journal.Log, records ...journal.Record) {
	t.Helper()
	if err := log.Append(context.Background(), records[0].Seq-1, records, true); err != nil {
		t.Fatal(err)
	}
}

// ReadAll reads what is after seq.
func ReadAll(log journal.Log, after int64, latest bool) ([]journal.Record, error) {
	var records []journal.Record
	for r, err := range log.Read(context.Background(), after, latest) {
		if err != nil {
			return records, err
		}
		records = append(records, r)
	}
	return records, nil
}

// CheckRead fails the test unless the log yields want after seq, and nothing
// else.
func CheckRead(t testing.TB, log journal.Log, after int64, latest bool, want []journal.Record) {
	t.Helper()
	got, err := ReadAll(log, after, latest)
	if err != nil {
		t.Fatalf("read after %d: %v", after, err)
	}
	if diff := cmp.Diff(printable(want), printable(got)); diff != "" {
		t.Fatalf("read after %d, latest %t (-want +got):\n%s", after, latest, diff)
	}
}

func printable(records []journal.Record) []string {
	lines := []string{}
	for _, r := range records {
		lines = append(lines, fmt.Sprintf("%d more=%t snapshot=%t %s", r.Seq, r.More, r.Snapshot, r.Data))
	}
	return lines
}

// wantError fails the test unless err is want.
func wantError(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// concat is slices.Concat for single records as well.
func concat(groups ...[]journal.Record) []journal.Record { return slices.Concat(groups...) }
