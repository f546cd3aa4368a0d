package ledger_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/ledger/ledgertest"
)

// An engine that dies right after it has ended an operation leaves it among the
// live ones:
//
//  1. an engine completes an operation and archives it;
//  2. what the archive had moved is put back, as if it had died before;
//  3. the next engine tidies, and the record lies where it belongs, with views.
func TestTidyFinishesAnArchive(t *testing.T) {
	ctx := context.Background()
	l := ledgertest.Files(t)
	e := l.Engine(ledger.Options{})
	by := ledger.By{ParticipantID: "cli", SessionID: 1}
	op, _, err := e.Create(ctx, ledger.CreateOperation{By: by}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Do(ctx, e, op.OperationID, ledger.CompleteOperation{By: by}); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	backup := e.BackupPath(op.OperationID)
	live := filepath.Join(l.Dir, op.OperationID)
	for from, to := range map[string]string{
		filepath.Join(backup, "trail"):               live + "_trail",
		filepath.Join(backup, "operation.json"):      live + ".operation.json",
		filepath.Join(backup, "operation.debug.log"): live + ".operation.debug.log",
	} {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(backup); err != nil { // operation.log is lost: it can be rebuilt
		t.Fatal(err)
	}
	if err := os.WriteFile(live+".operation.lock", nil, 0o600); err != nil {
		t.Fatal(err)
	}

	next := l.Engine(ledger.Options{})
	finished, err := next.Tidy(ctx)
	if err != nil || len(finished) != 1 || finished[0] != op.OperationID {
		t.Fatalf("tidied %v, %v", finished, err)
	}
	if err := next.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(backup, "operation.log")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(live + "_trail"); !os.IsNotExist(err) {
		t.Errorf("the live trail: %v", err)
	}
}
