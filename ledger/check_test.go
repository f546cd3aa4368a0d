package ledger_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/ledger/ledgertest"
)

// What the trail's retention has deleted is still in the log for people: that
// is no inconsistency, and a repair keeps it.
func TestCheckKeepsLinesOfDeletedEvents(t *testing.T) {
	ctx := context.Background()
	l := ledgertest.Files(t)
	e := l.Engine(ledger.Options{Retention: ledger.Retention{TrailEvents: 1}})
	by := ledger.By{ParticipantID: "cli", SessionID: 1}
	op, _, err := e.Create(ctx, ledger.CreateOperation{By: by}, nil)
	if err != nil {
		t.Fatal(err)
	}
	long := string(bytes.Repeat([]byte("x"), 60_000))
	for range 100 { // more than a segment
		if _, err := ledger.Do(ctx, e, op.OperationID, ledger.WriteLog{By: by, Message: long}); err != nil {
			t.Fatal(err)
		}
	}
	for ev, err := range e.Events(ctx, op.OperationID, 0) {
		if err != nil || ev.Seq == 1 {
			t.Fatalf("no event was deleted (%v)", err)
		}
		break
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(l.Dir, op.OperationID+".operation.log")
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(bytes.Clone(want), "scribble\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, repaired := range []bool{true, false} {
		report, err := ledger.Check(ctx, l.Dir, ledger.CheckOptions{Repair: true})
		if err != nil {
			t.Fatal(err)
		}
		views := slices.DeleteFunc(report.Findings, func(f ledger.Finding) bool { return f.Kind != ledger.KindView })
		if (len(views) == 1) != repaired {
			t.Fatalf("check found %v", views)
		}
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the repair left %d bytes of %d (%v)", len(got), len(want), err)
	}
}
