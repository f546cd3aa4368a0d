package journaltest

import (
	"context"
	"fmt"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

func testArchive(t *testing.T, l *ledger) {
	ctx := context.Background()
	log, want := segmented(l)
	if err := log.UpdateViews(ctx, 10, renderer{last: 10}); err != nil {
		t.Fatal(err)
	}
	views, err := log.ReadViews()
	if err != nil {
		t.Fatal(err)
	}
	if path, ok := log.Archived(); ok {
		t.Errorf("archived too early: %s", path)
	}
	path, err := log.Archive(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for name, handle := range map[string]journal.Log{"old": log, "new": l.handle("op")} {
		again, err := handle.Archive(ctx)
		if err != nil || again != path {
			t.Errorf("%s handle: archive again: %q, %v, want %q", name, again, err, path)
		}
		if place, ok := handle.Archived(); !ok || place != path {
			t.Errorf("%s handle: archived in %q, %t, want %q", name, place, ok, path)
		}
		CheckRead(t, handle, 0, false, want)
		wantError(t, name, handle.Append(ctx, 10, Records(11, 1), true), journal.ErrArchived)
		if got, err := handle.ReadViews(); err != nil || fmt.Sprint(got) != fmt.Sprint(views) {
			t.Errorf("%s handle: views %v, %v, want %v", name, got, err, views)
		}
		if err := handle.Sync(); err != nil {
			t.Errorf("%s handle: %v", name, err)
		}
	}
}

func testArchiveUnread(t *testing.T, l *ledger) {
	_, want := segmented(l)
	if _, err := l.handle("op").Archive(context.Background()); err != nil {
		t.Fatal(err)
	}
	CheckRead(t, l.handle("op"), 0, false, want)
}

// testStaleHandleAfterArchive:
//  1. A and B know record 1; C knows them all.
//  2. A appends the end, which begins a segment, and archives.
//  3. B appends: conflict. It reads the end, appends again: archived.
//  4. C, which has nothing left to read: archived. Nothing has come back.
func testStaleHandleAfterArchive(t *testing.T, l *ledger) {
	ctx := context.Background()
	a, b, c := l.create("op"), l.handle("op"), l.handle("op")
	CheckRead(t, b, 0, false, Records(1, 1))
	end := []journal.Record{Records(2, 1)[0], Snapshot(3)}
	MustAppend(t, a, end...)
	CheckRead(t, c, 1, false, end)
	path, err := a.Archive(ctx)
	if err != nil {
		t.Fatal(err)
	}

	wantError(t, "B", b.Append(ctx, 1, Records(2, 1), true), journal.ErrConflict)
	CheckRead(t, b, 1, false, end)
	wantError(t, "B at the end", b.Append(ctx, 3, Records(4, 1), true), journal.ErrArchived)
	wantError(t, "C", c.Append(ctx, 3, Records(4, 1), true), journal.ErrArchived)
	for name, handle := range map[string]journal.Log{"B": b, "C": c} {
		if place, ok := handle.Archived(); !ok || place != path {
			t.Errorf("%s: archived in %q, %t, want %q", name, place, ok, path)
		}
	}
	if live, err := l.open().List(ctx, false); err != nil || len(live) != 0 {
		t.Errorf("live: %v, %v", live, err)
	}
	CheckRead(t, l.handle("op"), 0, false, concat(Records(1, 1), end))
}

func testEngines(t *testing.T, l *ledger) {
	ctx := context.Background()
	a, b := l.open(), l.open()
	leaveA, err := a.Enroll("e-a")
	if err != nil {
		t.Fatal(err)
	}
	leaveB, err := b.Enroll("e-b")
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Enroll("e-a")
	wantError(t, "enroll twice", err, journal.ErrExists)
	for _, j := range []journal.Journal{a, b, l.open()} {
		if got, err := j.Engines(ctx); err != nil || fmt.Sprint(got) != "[{e-a true} {e-b true}]" {
			t.Errorf("engines %v, %v", got, err)
		}
	}
	if err := leaveA(); err != nil {
		t.Fatal(err)
	}
	if err := leaveA(); err != nil {
		t.Errorf("leave twice: %v", err)
	}
	if got, err := b.Engines(ctx); err != nil || fmt.Sprint(got) != "[{e-b true}]" {
		t.Errorf("engines %v, %v", got, err)
	}
	if err := leaveB(); err != nil {
		t.Fatal(err)
	}
}
