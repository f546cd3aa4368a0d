package journaltest

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// renderer renders a log of last records: odd ones have a line, and every third
// has one for debugging only.
type renderer struct {
	last    int64
	rebuild bool
	mark    string // tells one rendering from another
}

func (r renderer) Document() []byte { return fmt.Appendf(nil, "{\n  \"seq\": %d\n}\n", r.last) }

func (r renderer) Rebuild() bool { return r.rebuild }

func (r renderer) Lines(after int64, debug bool) ([]byte, error) {
	var lines []byte
	for seq := after + 1; seq <= r.last; seq++ {
		if seq%2 == 1 || debug && seq%3 == 0 {
			lines = fmt.Appendf(lines, "%sline of seq=%d seq=%d\n", r.mark, -seq, seq)
		}
	}
	return lines, nil
}

// checkViews fails the test unless the views are those of a log of last
// records.
func checkViews(t *testing.T, log journal.Log, want renderer) {
	t.Helper()
	got, err := log.ReadViews()
	if err != nil {
		t.Fatal(err)
	}
	lines, _ := want.Lines(0, false)
	debug, _ := want.Lines(0, true)
	if !bytes.Equal(got.Document, want.Document()) || !bytes.Equal(got.Log, lines) || !bytes.Equal(got.DebugLog, debug) {
		t.Fatalf("views of %d records:\n%s\n%s\n%s", want.last, got.Document, got.Log, got.DebugLog)
	}
}

// testViews: two views update what people read in turn, and no line is lost or
// doubled.
func testViews(t *testing.T, l *ledger) {
	ctx := context.Background()
	a, b := l.create("op"), l.handle("op")
	if got, err := a.ReadViews(); err != nil || got.Document != nil || got.Log != nil || got.DebugLog != nil {
		t.Fatalf("views out of nowhere: %v, %v", got, err)
	}
	seq := int64(1)
	for i, log := range []journal.Log{a, a, b, a, b, b} {
		if _, err := ReadAll(log, seq, false); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			MustAppend(t, log, Records(seq+1, i)...)
			seq += int64(i)
		}
		if err := log.UpdateViews(ctx, seq, renderer{last: seq}); err != nil {
			t.Fatal(err)
		}
		checkViews(t, b, renderer{last: seq})
	}
	again := renderer{last: seq, rebuild: true, mark: "new "}
	if err := a.UpdateViews(ctx, seq, again); err != nil {
		t.Fatal(err)
	}
	checkViews(t, b, again)
}

func testViewsConflict(t *testing.T, l *ledger) {
	ctx := context.Background()
	a, b := l.create("op"), l.handle("op")
	if err := a.UpdateViews(ctx, 1, renderer{last: 1}); err != nil {
		t.Fatal(err)
	}
	CheckRead(t, b, 0, false, Records(1, 1))
	MustAppend(t, a, Records(2, 1)...)
	wantError(t, "B", b.UpdateViews(ctx, 1, renderer{last: 9}), journal.ErrConflict)
	checkViews(t, b, renderer{last: 1})
}
