package ledger_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/ledger/ledgertest"
)

// TestReadOnlyChangesNothing reads a ledger on which another engine works.
func TestReadOnlyChangesNothing(t *testing.T) {
	ctx, l := t.Context(), ledgertest.Files(t)
	dir, writer := l.Dir, l.Engine(ledger.Options{})
	op, _, err := writer.Create(ctx, ledger.CreateOperation{By: ledger.By{ParticipantID: "cli"}, PID: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ended, _, err := writer.Create(ctx, ledger.CreateOperation{By: ledger.By{ParticipantID: "cli"}, PID: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	by := ledger.By{ParticipantID: "cli", SessionID: ended.SessionID}
	if _, err := ledger.Do(ctx, writer, ended.OperationID, ledger.CompleteOperation{By: by}); err != nil {
		t.Fatal(err)
	}

	before := names(t, dir)
	reader, err := ledger.Open(dir, ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	ids, err := reader.IDs(ctx, true)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{op.OperationID, ended.OperationID}
	slices.Sort(want) // both may have been created in one millisecond
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
	for _, id := range ids {
		if _, err := reader.State(ctx, id); err != nil {
			t.Error(err)
		}
	}
	_, err = ledger.Do(ctx, reader, op.OperationID, ledger.SetAbort{By: ledger.By{ParticipantID: "x"}, Value: true})
	if !errors.Is(err, ledger.ErrReadOnly) {
		t.Errorf("abort: %v, want ErrReadOnly", err)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(before, names(t, dir)); diff != "" {
		t.Errorf("files (-before +after):\n%s", diff)
	}
}

func TestReadOnlyNeedsALedger(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing")
	if _, err := ledger.Open(dir, ledger.Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("open: %v, want that it doesn't exist", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the directory was made")
	}
}

// names lists the files below dir, without the views, which may be written meanwhile.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		switch ext := filepath.Ext(path); {
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return err
		case ext == ".json" || ext == ".log" || ext == ".tmp":
			return nil
		}
		list = append(list, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
