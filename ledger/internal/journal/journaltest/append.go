package journaltest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

func testCreate(t *testing.T, l *ledger) {
	ctx := context.Background()
	j := l.open()
	first := Records(1, 3)
	first[0].More = true
	log, err := j.Create(ctx, "op", first, true)
	l.checked(log, err)
	CheckRead(t, log, 0, false, first)
	CheckRead(t, l.handle("op"), 0, false, first)

	_, err = l.open().Create(ctx, "op", Records(1, 1), false)
	wantError(t, "create again", err, journal.ErrExists)
	if _, err := log.Archive(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = j.Create(ctx, "op", Records(1, 1), false)
	wantError(t, "create what is archived", err, journal.ErrExists)
}

func testOpenMissing(t *testing.T, l *ledger) {
	_, err := l.open().Open(context.Background(), "none")
	wantError(t, "open", err, journal.ErrNotFound)
	ids, err := l.open().List(context.Background(), false)
	if err != nil || len(ids) != 0 {
		t.Errorf("open has made something: %v, %v", ids, err)
	}
}

func testInvalidIDs(t *testing.T, l *ledger) {
	ctx := context.Background()
	j := l.open()
	for _, id := range []string{
		"", ".", "..", "a..b", "../x", "a/b", `a\b`, "/etc/passwd", "a\x00b", "a\nb", ".hidden", "-rf", "ü", "a b",
		strings.Repeat("x", 129), strings.Repeat("x", 10_000),
	} {
		_, err := j.Create(ctx, id, Records(1, 1), false)
		wantError(t, "create", err, journal.ErrInvalidID)
		_, err = j.Open(ctx, id)
		wantError(t, "open", err, journal.ErrInvalidID)
		_, err = j.Enroll(id)
		wantError(t, "enroll", err, journal.ErrInvalidID)
	}
	// The original's ids have colons: such a log may be there, but we make none.
	_, err := j.Create(ctx, "2026-01-22T14:30:45", Records(1, 1), false)
	wantError(t, "create", err, journal.ErrInvalidID)
	_, err = j.Open(ctx, "2026-01-22T14:30:45")
	wantError(t, "open", err, journal.ErrNotFound)

	log, err := j.Create(ctx, strings.Repeat("x", 128), Records(1, 1), false)
	l.checked(log, err)
}

func testList(t *testing.T, l *ledger) {
	ctx := context.Background()
	for _, id := range []string{"b", "a_trail", "c.operation", "a"} {
		l.create(id)
	}
	if _, err := l.handle("b").Archive(ctx); err != nil {
		t.Fatal(err)
	}
	for archived, want := range map[bool]string{false: "a a_trail c.operation", true: "b"} {
		ids, err := l.open().List(ctx, archived)
		if got := strings.Join(ids, " "); got != want || err != nil {
			t.Errorf("list, archived %t: %q, %v, want %q", archived, got, err, want)
		}
	}
}

func testAppend(t *testing.T, l *ledger) {
	log := l.create("op")
	MustAppend(t, log, Records(2, 1)...)
	batch := Records(3, 4)
	batch[0].More = true
	batch[2].More = true
	buffer := []byte(string(batch[3].Data))
	batch[3].Data = buffer
	MustAppend(t, log, batch...)
	copy(buffer, "XXXXX") // the journal must not keep what belongs to the caller
	batch[3] = Records(6, 1)[0]
	if err := log.Sync(); err != nil {
		t.Fatal(err)
	}
	want := concat(Records(1, 2), batch)
	CheckRead(t, log, 0, false, want)
	CheckRead(t, l.handle("op"), 0, false, want)

	// A handle need not have read what the caller knows from elsewhere.
	if err := l.handle("op").Append(context.Background(), 6, Records(7, 1), false); err != nil {
		t.Error(err)
	}
	CheckRead(t, log, 6, false, Records(7, 1))
}

func testInvalidBatches(t *testing.T, l *ledger) {
	log := l.create("op")
	for name, change := range map[string]func([]journal.Record) []journal.Record{
		"empty":            func(r []journal.Record) []journal.Record { return nil },
		"gap":              func(r []journal.Record) []journal.Record { r[1].Seq++; return r },
		"torn":             func(r []journal.Record) []journal.Record { r[1].More = true; return r },
		"no data":          func(r []journal.Record) []journal.Record { r[0].Data = nil; return r },
		"empty object":     func(r []journal.Record) []journal.Record { r[0].Data = []byte(`{}`); return r },
		"no object":        func(r []journal.Record) []journal.Record { r[0].Data = []byte(`["a",1]`); return r },
		"two lines":        func(r []journal.Record) []journal.Record { r[0].Data = []byte("{\"a\":\n1}"); return r },
		"reserved key":     func(r []journal.Record) []journal.Record { r[0].Data = []byte(`{"more":true}`); return r },
		"two snapshots":    func(r []journal.Record) []journal.Record { r[0].Snapshot, r[1].Snapshot = true, true; return r },
		"snapshot in half": func(r []journal.Record) []journal.Record { r[0].More, r[1].Snapshot = true, true; return r },
	} {
		err := log.Append(context.Background(), 1, change(Records(2, 2)), true)
		wantError(t, name, err, journal.ErrInvalidBatch)
	}
	wantError(t, "beyond the end", log.Append(context.Background(), 5, Records(6, 1), true), journal.ErrInvalidBatch)
	_, err := l.open().Create(context.Background(), "new", []journal.Record{Snapshot(1)}, false)
	wantError(t, "create with a snapshot", err, journal.ErrInvalidBatch)
	CheckRead(t, log, 0, false, Records(1, 1))
}

// testConflict:
//  1. A and B know record 1.
//  2. A appends 2.
//  3. B appends 2 as well: conflict. It reads A's, and appends 3.
//  4. A appends 3: conflict.
func testConflict(t *testing.T, l *ledger) {
	ctx := context.Background()
	a, b := l.create("op"), l.handle("op")
	CheckRead(t, b, 0, false, Records(1, 1))
	MustAppend(t, a, Records(2, 1)...)
	wantError(t, "B", b.Append(ctx, 1, Records(2, 1), true), journal.ErrConflict)
	wantError(t, "B again", b.Append(ctx, 1, Records(2, 1), true), journal.ErrConflict)
	CheckRead(t, b, 1, false, Records(2, 1))
	MustAppend(t, b, Records(3, 1)...)
	wantError(t, "A", a.Append(ctx, 2, Records(3, 1), true), journal.ErrConflict)
	wantError(t, "what has been read", b.Append(ctx, 1, Records(2, 1), true), journal.ErrConflict)
	CheckRead(t, a, 2, false, Records(3, 1))
	CheckRead(t, a, 0, false, Records(1, 3))
}

// testManyAppenders lets many views append at once, each rereading when it
// loses. Nothing is lost, doubled or out of place.
func testManyAppenders(t *testing.T, l *ledger) {
	const appenders, each = 8, 50
	l.create("op")
	logs := make([]journal.Log, appenders)
	for i := range logs {
		logs[i] = l.handle("op")
	}
	var wg sync.WaitGroup
	for _, log := range logs {
		wg.Go(func() {
			seq := int64(0)
			for done := 0; done < each; {
				for r, err := range log.Read(context.Background(), seq, false) {
					if err != nil {
						t.Error(err)
						return
					}
					if r.Seq != seq+1 {
						t.Errorf("record %d after %d", r.Seq, seq)
						return
					}
					seq = r.Seq
				}
				err := log.Append(context.Background(), seq, batchFor(seq), true)
				switch {
				case err == nil:
					seq += int64(len(batchFor(seq)))
					done++
				case !errors.Is(err, journal.ErrConflict):
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	records, err := ReadAll(l.handle("op"), 0, false)
	if err != nil {
		t.Fatal(err)
	}
	batches := 0
	for i := 1; i < len(records); batches++ {
		want := batchFor(int64(i))
		if got := records[i:min(i+len(want), len(records))]; !sameRecords(got, want) {
			t.Fatalf("after record %d: %v, want %v", i, printable(got), printable(want))
		}
		i += len(want)
	}
	if batches != appenders*each {
		t.Errorf("%d batches, want %d", batches, appenders*each)
	}
}

// batchFor is what belongs after record seq: sometimes more than one record,
// sometimes a snapshot.
func batchFor(seq int64) []journal.Record {
	batch := Records(seq+1, 1+int(seq%3))
	if seq%17 == 0 {
		last := len(batch) - 1
		batch[last] = Snapshot(batch[last].Seq)
	}
	return batch
}

func sameRecords(a, b []journal.Record) bool {
	return strings.Join(printable(a), "\n") == strings.Join(printable(b), "\n")
}

// testSyncBeside syncs while the owner does everything else.
func testSyncBeside(t *testing.T, l *ledger) {
	log := l.create("op")
	started, done := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			if err := log.Sync(); err != nil {
				t.Error(err)
			}
			if i == 0 {
				close(started)
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	<-started
	for seq := int64(2); seq <= 30; seq++ {
		if seq%10 == 0 {
			MustAppend(t, log, Snapshot(seq))
		} else {
			MustAppend(t, log, Records(seq, 1)...)
		}
	}
	if _, err := log.Archive(context.Background()); err != nil {
		t.Error(err)
	}
	close(done)
	wg.Wait()
}

func testClosed(t *testing.T, l *ledger) {
	ctx := context.Background()
	j := l.open()
	log, err := j.Create(ctx, "op", Records(1, 1), false)
	l.checked(log, err)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	wantError(t, "append", log.Append(ctx, 1, Records(2, 1), true), journal.ErrClosed)
	_, err = ReadAll(log, 0, false)
	wantError(t, "read", err, journal.ErrClosed)
	_, err = log.Watch(func() {})
	wantError(t, "watch", err, journal.ErrClosed)
	_, err = log.Archive(ctx)
	wantError(t, "archive", err, journal.ErrClosed)
	CheckRead(t, l.handle("op"), 0, false, Records(1, 1))
}

func testCancelled(t *testing.T, l *ledger) {
	log := l.create("op")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	wantError(t, "append", log.Append(ctx, 1, Records(2, 1), true), context.Canceled)
	for _, err := range log.Read(ctx, 0, false) {
		wantError(t, "read", err, context.Canceled)
	}
	_, err := l.open().Open(ctx, "op")
	wantError(t, "open", err, context.Canceled)
	CheckRead(t, log, 0, false, Records(1, 1))
}
