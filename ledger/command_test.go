package ledger

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal/mem"
)

// What the log could not hold, or would hold as something else, is refused.
func TestCommandsThatNoLogCanHold(t *testing.T) {
	e, _ := faulty(t, mem.NewStore(), Options{})
	op, by := create(t, e)
	forged := By{ParticipantID: `x","type":"operation_completed`}
	refused(t, e, op, "participantId", JoinOperation{By: forged})
	refused(t, e, op, "participantId", JoinOperation{})
	refused(t, e, op, "participantId", SetAbort{By: forged, Value: true})
	refused(t, e, op, "level", WriteLog{By: by, Message: "m", Level: "info]\n[ERROR"})
	refused(t, e, op, "message", WriteLog{By: by, Message: "\xff", Level: LevelInfo})
	refused(t, e, op, "path", RegisterResource{By: by, Path: "/tmp/\xff"})
	refused(t, e, op, "result", EndCall{By: by, CallID: started(t, e, op, by), Result: []byte(`{`)})
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func refused[A any](t *testing.T, e *Engine, op, field string, cmd Command[A]) {
	t.Helper()
	_, err := Do(context.Background(), e, op, cmd)
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Field != field {
		t.Errorf("%T: %v, want an error about %s", cmd, err, field)
	}
}

// started opens a call.
func started(t *testing.T, e *Engine, op string, by By) (callID string) {
	t.Helper()
	call, err := Do(context.Background(), e, op, StartCall{By: by})
	if err != nil {
		t.Fatal(err)
	}
	return call.CallID
}

// The engine that ends a call and the one that reads so remember the same bytes:
// how many they are decides what is forgotten.
func TestResultsAreTheSameOnAllEngines(t *testing.T) {
	ctx := context.Background()
	store := mem.NewStore()
	writer, _ := faulty(t, store, Options{})
	reader, _ := faulty(t, store, Options{})
	op, by := create(t, writer)
	ended, failed := started(t, writer, op, by), started(t, writer, op, by)
	if _, err := Do(ctx, writer, op, EndCall{By: by, CallID: ended, Result: []byte(`{ "a": "<b>\u00e9" }`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := Do(ctx, writer, op, FailCall{By: by, CallID: failed, Fallback: []byte(` [ 1 ] `)}); err != nil {
		t.Fatal(err)
	}
	a, errA := writer.State(ctx, op)
	b, errB := reader.State(ctx, op)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	for _, id := range []string{ended, failed} {
		x, _ := a.Outcome(id)
		y, _ := b.Outcome(id)
		if string(x.Result) != string(y.Result) {
			t.Errorf("the writer remembers %s, the reader %s", x.Result, y.Result)
		}
	}
	if a.finishedBytes != b.finishedBytes {
		t.Errorf("the writer counts %d bytes, the reader %d", a.finishedBytes, b.finishedBytes)
	}
	for _, e := range []*Engine{writer, reader} {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What is remembered of ended calls is bounded, whatever they said at their end:
// a snapshot holds all of it in one line.
func TestEndedCallsAreBounded(t *testing.T) {
	s := newState()
	text := strings.Repeat("x", 64<<10)
	for i := range MaxFinishedCalls {
		id := strconv.Itoa(i)
		s = s.apply(&Event{Seq: s.Seq + 1, Data: &FrameCreatedData{CallID: id}})
		s = s.apply(&Event{Seq: s.Seq + 1, Data: &CallFailedData{CallID: id, Error: text, StackTrace: text}})
	}
	record, err := encodeEvent(&Event{Seq: s.Seq + 1, Data: &SnapshotData{State: s.save()}})
	if err != nil || len(record.Data) > 2*MaxFinishedBytes {
		t.Errorf("the snapshot has %d bytes (%v)", len(record.Data), err)
	}
}
