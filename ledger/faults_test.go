package ledger

import (
	"context"
	"iter"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/mem"
)

// faults is a journal in memory whose logs behave as a test wants. What is nil
// works.
type faults struct {
	journal.Journal
	sync   func() error
	append func(records []journal.Record) error
	read   func() error
	views  func() error
}

func (f *faults) Create(ctx context.Context, id string, first []journal.Record, sync bool) (journal.Log, error) {
	log, err := f.Journal.Create(ctx, id, first, sync)
	return &faultyLog{log, f}, err
}

func (f *faults) Open(ctx context.Context, id string) (journal.Log, error) {
	log, err := f.Journal.Open(ctx, id)
	return &faultyLog{log, f}, err
}

type faultyLog struct {
	journal.Log
	faults *faults
}

func (l *faultyLog) Sync() error {
	if l.faults.sync != nil {
		if err := l.faults.sync(); err != nil {
			return err
		}
	}
	return l.Log.Sync()
}

func (l *faultyLog) Append(ctx context.Context, after int64, records []journal.Record, wait bool) error {
	if l.faults.append != nil {
		if err := l.faults.append(records); err != nil {
			return err
		}
	}
	return l.Log.Append(ctx, after, records, wait)
}

func (l *faultyLog) Read(ctx context.Context, after int64, latest bool) iter.Seq2[journal.Record, error] {
	if l.faults.read != nil {
		if err := l.faults.read(); err != nil {
			return func(yield func(journal.Record, error) bool) { yield(journal.Record{}, err) }
		}
	}
	return l.Log.Read(ctx, after, latest)
}

func (l *faultyLog) UpdateViews(ctx context.Context, at int64, views journal.Views) error {
	if l.faults.views != nil {
		if err := l.faults.views(); err != nil {
			return err
		}
	}
	return l.Log.UpdateViews(ctx, at, views)
}

// faulty opens an engine on a journal with faults; the test closes it.
func faulty(t *testing.T, store *mem.Store, opts Options) (*Engine, *faults) {
	t.Helper()
	f := &faults{Journal: store.Journal()}
	e, err := open(f, opts)
	if err != nil {
		t.Fatal(err)
	}
	return e, f
}

// create begins an operation of participant cli.
func create(t *testing.T, e *Engine) (operationID string, by By) {
	t.Helper()
	by = By{ParticipantID: "cli", SessionID: 1}
	j, _, err := e.Create(context.Background(), CreateOperation{By: by, PID: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return j.OperationID, by
}
