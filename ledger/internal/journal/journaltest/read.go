package journaltest

import (
	"context"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// segmented makes a log of ten records in which 4 and 8 are snapshots.
func segmented(l *ledger) (journal.Log, []journal.Record) {
	l.t.Helper()
	log := l.create("op")
	want := Records(1, 10)
	want[3], want[7] = Snapshot(4), Snapshot(8)
	MustAppend(l.t, log, want[1:3]...)
	MustAppend(l.t, log, want[3:5]...)
	MustAppend(l.t, log, want[5:7]...)
	MustAppend(l.t, log, want[7])
	MustAppend(l.t, log, want[8:]...)
	return log, want
}

func testReadFromAnywhere(t *testing.T, l *ledger) {
	log, want := segmented(l)
	reader := l.handle("op")
	for after := range int64(13) {
		rest := want[min(int(after), len(want)):]
		CheckRead(t, log, after, false, rest)
		CheckRead(t, reader, after, false, rest)
		CheckRead(t, l.handle("op"), after, false, rest)
	}
	CheckRead(t, reader, 0, false, want) // back again
	MustAppend(t, reader, Records(11, 1)...)
}

func testReadLatest(t *testing.T, l *ledger) {
	log, want := segmented(l)
	reader := l.handle("op")
	for after := range int64(12) {
		from := max(after, 7)
		rest := want[min(int(from), len(want)):]
		CheckRead(t, log, after, true, rest)
		CheckRead(t, reader, after, true, rest)
		CheckRead(t, l.handle("op"), after, true, rest)
	}
	MustAppend(t, reader, Records(11, 1)...)
	short := l.checked(l.open().Create(context.Background(), "short", Records(1, 2), false))
	CheckRead(t, short, 0, true, Records(1, 2))
	CheckRead(t, short, 1, true, Records(2, 1))
}

// testReadStopsEarly: whoever stops reading has read what it has read, and
// nothing else.
func testReadStopsEarly(t *testing.T, l *ledger) {
	_, want := segmented(l)
	for stop := range want {
		reader := l.handle("op")
		for r, err := range reader.Read(context.Background(), 0, false) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Seq > int64(stop) {
				break
			}
		}
		err := reader.Append(context.Background(), int64(stop), Records(int64(stop)+1, 1), true)
		if stop > 0 {
			wantError(t, "append in the middle", err, journal.ErrConflict)
		}
		CheckRead(t, reader, int64(stop), false, want[stop:])
	}
}

func testSnapshotInBatch(t *testing.T, l *ledger) {
	log, reader := l.create("op"), l.handle("op")
	CheckRead(t, reader, 0, false, Records(1, 1))
	batch := Records(2, 5)
	batch[0].More = true
	batch[2] = Snapshot(4)
	batch[3].More = true
	MustAppend(t, log, batch...)
	CheckRead(t, reader, 1, false, batch)
	CheckRead(t, l.handle("op"), 0, false, concat(Records(1, 1), batch))
	CheckRead(t, l.handle("op"), 0, true, batch[2:])
	MustAppend(t, reader, Records(7, 1)...)
	CheckRead(t, log, 6, false, Records(7, 1))
}

// testStaleHandleAcrossSnapshots: a handle that has been idle while the log
// went through several segments neither appends to an old one nor misses a
// record.
func testStaleHandleAcrossSnapshots(t *testing.T, l *ledger) {
	log, stale := l.create("op"), l.handle("op")
	CheckRead(t, stale, 0, false, Records(1, 1))
	want := Records(2, 4)
	for i := range want {
		want[i] = Snapshot(want[i].Seq)
		MustAppend(t, log, want[i])
	}
	wantError(t, "append", stale.Append(context.Background(), 1, Records(2, 1), true), journal.ErrConflict)
	CheckRead(t, stale, 1, false, want)
	MustAppend(t, stale, Records(6, 1)...)
	CheckRead(t, log, 5, false, Records(6, 1))
}
