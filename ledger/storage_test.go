package ledger

import (
	"context"
	"errors"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/mem"
)

// A log that could not be read once is read again.
func TestReadingIsTriedAgain(t *testing.T) {
	ctx := context.Background()
	store := mem.NewStore()
	writer, _ := faulty(t, store, Options{})
	reader, faults := faulty(t, store, Options{})
	op, by := create(t, writer)
	if _, err := reader.State(ctx, op); err != nil {
		t.Fatal(err)
	}
	if _, err := Do(ctx, writer, op, SetAbort{By: by, Value: true}); err != nil {
		t.Fatal(err)
	}
	faults.read = func() error { return errors.New("too many open files") }
	if _, err := Do(ctx, reader, op, AcknowledgeAbort{By: By{ParticipantID: "x"}}); CodeOf(err) != StorageFailed && CodeOf(err) != SessionNotActive {
		t.Errorf("got %v", err)
	}
	faults.read = nil
	if s, err := reader.State(ctx, op); err != nil || s.Abort == nil {
		t.Errorf("abort: %v, %v; want what was written meanwhile", s.Abort, err)
	}
	for _, e := range []*Engine{writer, reader} {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

// An append that fails leaves the state as it was, and the next one works.
func TestAppendFails(t *testing.T) {
	ctx := context.Background()
	e, faults := faulty(t, mem.NewStore(), Options{})
	op, by := create(t, e)
	before, err := e.State(ctx, op)
	if err != nil {
		t.Fatal(err)
	}
	faults.append = func([]journal.Record) error { return errors.New("no space left on device") }
	if _, err := Do(ctx, e, op, StartCall{By: by}); CodeOf(err) != StorageFailed {
		t.Errorf("got %v, want storageFailed", err)
	}
	faults.append = nil
	if after, err := e.State(ctx, op); err != nil || !sameState(before, after) {
		t.Errorf("the state has changed although nothing was written: %v", err)
	}
	started(t, e, op, by)
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
