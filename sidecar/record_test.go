package sidecar_test

import (
	"testing"

	"github.com/tomledger/tomledger/ledger"
)

// record reads the whole trail of an operation, live or archived, with an
// engine of its own, and checks that no event is missing.
func record(t testing.TB, dir, op string) (events []*ledger.Event, state *ledger.State) {
	t.Helper()
	engine := ok(ledger.Open(dir, ledger.Options{}))(t)
	defer engine.Close()
	for e, err := range engine.Events(testContext(t), op, 0) {
		if err != nil {
			t.Fatalf("after %d events: %v", len(events), err)
		}
		if want := int64(len(events) + 1); e.Seq != want {
			t.Fatalf("event %d where %d is due", e.Seq, want)
		}
		events = append(events, e)
	}
	return events, ok(engine.State(testContext(t), op))(t)
}

// pick selects the data of events of one type.
func pick[D ledger.EventData](events []*ledger.Event) (data []D) {
	for _, e := range events {
		if d, is := e.Data.(D); is {
			data = append(data, d)
		}
	}
	return data
}
