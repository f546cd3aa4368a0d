package mem_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
	"github.com/tomledger/tomledger/ledger/internal/journal/mem"
)

func record(seq int64) journal.Record {
	return journal.Record{Seq: seq, Data: fmt.Appendf(nil, `{"n":%d}`, seq)}
}

func TestWatchesAreCalledInOrderBeforeAppendReturns(t *testing.T) {
	ctx := context.Background()
	store := mem.NewStore()
	log, err := store.Journal().Create(ctx, "op", []journal.Record{record(1)}, false)
	if err != nil {
		t.Fatal(err)
	}
	var calls []int
	for i := range 3 {
		other, err := store.Journal().Open(ctx, "op")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Watch(func() { calls = append(calls, i) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Append(ctx, 1, []journal.Record{record(2)}, true); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(calls); got != "[0 1 2]" {
		t.Errorf("watches called: %s, want [0 1 2]", got)
	}
}

func TestKilledEngineIsDeadAndPowerless(t *testing.T) {
	ctx := context.Background()
	store := mem.NewStore()
	victim, witness := store.Journal(), store.Journal()
	if _, err := victim.Enroll("e1"); err != nil {
		t.Fatal(err)
	}
	if _, err := witness.Enroll("e2"); err != nil {
		t.Fatal(err)
	}
	log, err := victim.Create(ctx, "op", []journal.Record{record(1)}, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Watch(func() { t.Error("the dead are told") }); err != nil {
		t.Fatal(err)
	}

	store.Kill("e1")

	if err := log.Append(ctx, 1, []journal.Record{record(2)}, true); !errors.Is(err, mem.ErrKilled) {
		t.Errorf("append of a dead engine: %v", err)
	}
	engines, err := witness.Engines(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(engines); got != "[{e1 false} {e2 true}]" {
		t.Errorf("engines: %s", got)
	}
	other, err := witness.Open(ctx, "op")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Append(ctx, 1, []journal.Record{record(2)}, true); err != nil {
		t.Error(err)
	}
}

func TestConformance(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) journaltest.Opener {
		store := mem.NewStore()
		return func() journal.Journal { return store.Journal() }
	})
}
