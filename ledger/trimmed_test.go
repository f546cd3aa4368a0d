package ledger_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/ledger/ledgertest"
)

// The log that people read goes further back than a trail whose beginning the
// retention has deleted, and nobody takes that away:
//
//  1. an engine writes until the trail is cut; the check at the end is content;
//  2. the operation ends, and another engine archives it once more;
//  3. a check repairs what was scribbled on the log.
func TestLogOutlivesTheTrail(t *testing.T) {
	ctx := context.Background()
	l := ledgertest.Files(t)
	e := l.Engine(ledger.Options{Retention: ledger.Retention{TrailEvents: 1}})
	by := ledger.By{ParticipantID: "cli", SessionID: 1}
	op, _, err := e.Create(ctx, ledger.CreateOperation{By: by}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if _, err := ledger.Do(ctx, e, op.OperationID, ledger.WriteLog{By: by, Message: strings.Repeat("x", 60_000)}); err != nil {
			t.Fatal(err)
		}
	}
	for ev, err := range e.Events(ctx, op.OperationID, 0) {
		if err != nil || ev.Seq == 1 {
			t.Fatalf("the trail has not been cut: %v", err)
		}
		break
	}
	archived := make(chan struct{})
	other := l.Engine(ledger.Options{})
	if _, err := other.State(ctx, op.OperationID); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Subscribe(op.OperationID, func(u ledger.Update) {
		if u.ArchivedAt != "" {
			close(archived)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Do(ctx, e, op.OperationID, ledger.CompleteOperation{By: by}); err != nil {
		t.Fatal(err)
	}
	<-archived
	path := filepath.Join(e.BackupPath(op.OperationID), "operation.log")
	text := readLog(t, path)
	l.Check()
	if err := os.WriteFile(path, append(bytes.Clone(text), "scribble\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Check(ctx, l.Dir, ledger.CheckOptions{Repair: true}); err != nil {
		t.Fatal(err)
	}
	if repaired := readLog(t, path); !bytes.Equal(repaired, text) {
		t.Errorf("repaired from %d bytes to %d", len(text), len(repaired))
	}
}

func readLog(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if line, _, _ := bytes.Cut(text, []byte("\n")); !bytes.Contains(line, []byte("OPERATION_CREATED")) {
		t.Errorf("%s begins with %.100q", path, line)
	}
	return text
}
