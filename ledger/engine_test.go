package ledger_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/ledger/ledgertest"
)

func TestCallsOfSeveralEnginesOnOneOperation(t *testing.T) { ledgertest.Each(t, cycles) }

func cycles(t *testing.T, l *ledgertest.Ledger) {
	ctx := context.Background()
	a := l.Engine(ledger.Options{EngineID: "a"})
	op, _, err := a.Create(ctx, ledger.CreateOperation{By: ledger.By{ParticipantID: "cli"}, PID: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const engines, cycles = 4, 200
	var wg sync.WaitGroup
	for i := range engines {
		wg.Go(func() {
			e := l.Engine(ledger.Options{EngineID: fmt.Sprintf("e%d", i)})
			by := ledger.By{ParticipantID: fmt.Sprintf("p%d", i)}
			j, err := ledger.Do(ctx, e, op.OperationID, ledger.JoinOperation{By: by})
			if err != nil {
				t.Error(err)
				return
			}
			by.SessionID = j.SessionID
			for range cycles {
				c, err := ledger.Do(ctx, e, op.OperationID, ledger.StartCall{By: by})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := ledger.Do(ctx, e, op.OperationID, ledger.EndCall{By: by, CallID: c.CallID}); err != nil {
					t.Error(err)
				}
			}
			if _, err := ledger.Do(ctx, e, op.OperationID, ledger.LeaveOperation{By: by}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	by := ledger.By{ParticipantID: "cli", SessionID: 1}
	if _, err := ledger.Do(ctx, a, op.OperationID, ledger.CompleteOperation{By: by}); err != nil {
		t.Fatal(err)
	}
	var seq int64
	for ev, err := range a.Events(ctx, op.OperationID, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if ev.Seq != seq+1 {
			t.Fatalf("event %d after %d", ev.Seq, seq)
		}
		seq = ev.Seq
	}
	if want := int64(2 + engines*(2+2*cycles) + 1); seq < want {
		t.Errorf("%d events, want %d", seq, want)
	}
}
