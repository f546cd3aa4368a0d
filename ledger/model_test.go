package ledger_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tomledger/tomledger/ledger"
)

// TestHistories runs generated histories of several engines on one operation
// against a model that knows nothing of events. Properties:
//
//   - every command has the outcome that the model says, whichever engine it is
//     given to and however far behind that engine is;
//   - at the end all engines have the same state, and it is the model's;
//   - a fresh engine that replays the log has it too, from the beginning and
//     from any snapshot;
//   - no state on the way breaks an invariant, and the log has no gap (Check).
func TestHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(t, rt)
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			h.step()
		}
		h.compare()
	})
}

// model is the operation as a person would keep it in mind.
type model struct {
	phase     ledger.Phase
	sessions  map[int64]*modelSession
	last      int64
	calls     map[string]*modelCall // open
	ended     map[string]ledger.CallStatus
	resources map[string]string // path by id, in the ledger's care
	owners    map[string]string // participant by resource id
	abortedBy string
	acked     []string
}

type modelSession struct {
	participant string
	lost        bool
}

type modelCall struct {
	session     int64
	failOnCrash bool
}

type history struct {
	t         *testing.T
	rt        *rapid.T
	memory    *ledger.Memory
	engines   []*ledger.Engine
	operation string
	model     model
}

var participants = []string{"cli", "bridge", "vscode"}

func newHistory(t *testing.T, rt *rapid.T) *history {
	h := &history{t: t, rt: rt, memory: ledger.NewMemory()}
	for i := range rapid.IntRange(1, 3).Draw(rt, "engines") {
		e, err := h.memory.Open(ledger.Options{EngineID: fmt.Sprintf("e%d", i), Durability: ledger.ProcessDurability})
		if err != nil {
			rt.Fatal(err)
		}
		h.engines = append(h.engines, e)
	}
	rt.Cleanup(func() {
		for _, e := range h.engines {
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		}
		report, err := h.memory.Check(context.Background())
		if err != nil {
			t.Error(err)
		}
		for _, f := range report.Findings {
			if f.Kind != ledger.KindOrphan {
				rt.Errorf("check: %+v", f)
			}
		}
	})
	op, _, err := h.engines[0].Create(context.Background(), ledger.CreateOperation{By: ledger.By{ParticipantID: "cli"}, PID: 7}, nil)
	if err != nil {
		rt.Fatal(err)
	}
	h.operation = op.OperationID
	h.model = model{phase: ledger.Running, last: 1, sessions: map[int64]*modelSession{1: {participant: "cli"}},
		calls: map[string]*modelCall{}, ended: map[string]ledger.CallStatus{}, resources: map[string]string{}, owners: map[string]string{}}
	return h
}

// step gives one generated command to one of the engines.
func (h *history) step() {
	steps := []func(*ledger.Engine, ledger.By){
		h.join, h.leave, h.start, h.start, h.end, h.end, h.fail, h.abort, h.acknowledge, h.register, h.unregister, h.log, h.lose, h.complete,
	}
	e := h.engines[rapid.IntRange(0, len(h.engines)-1).Draw(h.rt, "engine")]
	session := rapid.Int64Range(1, h.model.last+1).Draw(h.rt, "session")
	by := ledger.By{ParticipantID: rapid.SampledFrom(participants).Draw(h.rt, "participant"), SessionID: session}
	if s := h.model.sessions[session]; s != nil && rapid.IntRange(0, 9).Draw(h.rt, "own") > 0 {
		by.ParticipantID = s.participant
	}
	// Completing ends a history, so it is drawn less often than the rest.
	i := rapid.IntRange(0, 3*len(steps)).Draw(h.rt, "command")
	steps[min(i%len(steps), max(i-2*len(steps), len(steps)-2))](e, by)
}

// do gives a command to an engine and compares the outcome with what the model
// expects: an error code, or "".
func do[A any](h *history, e *ledger.Engine, cmd ledger.Command[A], want ledger.ErrorCode) A {
	answer, err := ledger.Do(context.Background(), e, h.operation, cmd)
	if got := ledger.CodeOf(err); got != want || err != nil && got == "" {
		h.rt.Fatalf("%T by %s: got %q (%v), want %q", cmd, e.ID(), got, err, want)
	}
	return answer
}

// active is what the model expects of a command that needs an open session.
func (h *history) active(by ledger.By) ledger.ErrorCode {
	if code := h.live(); code != "" {
		return code
	}
	s := h.model.sessions[by.SessionID]
	switch {
	case s == nil || s.participant != by.ParticipantID:
		return ledger.SessionNotActive
	case s.lost:
		return ledger.SessionLost
	}
	return ""
}

func (h *history) live() ledger.ErrorCode {
	switch h.model.phase {
	case ledger.Completed:
		return ledger.OperationEnded
	case ledger.Failed:
		return ledger.OperationFailed
	default:
		return ""
	}
}

func (h *history) join(e *ledger.Engine, by ledger.By) {
	want := h.live()
	joined := do(h, e, ledger.JoinOperation{By: ledger.By{ParticipantID: by.ParticipantID}, PID: 7}, want)
	if want == "" {
		h.model.last++
		if joined.SessionID != h.model.last {
			h.rt.Fatalf("joined as session %d, want %d", joined.SessionID, h.model.last)
		}
		h.model.sessions[h.model.last] = &modelSession{participant: by.ParticipantID}
	}
}

func (h *history) leave(e *ledger.Engine, by ledger.By) {
	cancel := rapid.Bool().Draw(h.rt, "cancel")
	want := h.active(by)
	open := h.callsOf(func(c *modelCall) bool { return c.session == by.SessionID })
	if want == "" && len(open) > 0 && !cancel {
		want = ledger.PendingCalls
	}
	do(h, e, ledger.LeaveOperation{By: by, CancelPendingCalls: cancel}, want)
	if want == "" {
		h.close(open, ledger.CallCancelled)
		delete(h.model.sessions, by.SessionID)
	}
}

func (h *history) callsOf(match func(*modelCall) bool) []string {
	var ids []string
	for id, c := range h.model.calls {
		if match(c) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (h *history) close(ids []string, status ledger.CallStatus) {
	for _, id := range ids {
		delete(h.model.calls, id)
		h.model.ended[id] = status
	}
}

func (h *history) start(e *ledger.Engine, by ledger.By) {
	c := ledger.StartCall{By: by, FailOnCrash: rapid.Bool().Draw(h.rt, "failOnCrash")}
	want := h.active(by)
	if want == "" && h.model.abortedBy != "" {
		want = ledger.OperationAborted
	}
	started := do(h, e, c, want)
	if want == "" {
		h.model.calls[started.CallID] = &modelCall{session: by.SessionID, failOnCrash: c.FailOnCrash}
	}
}

// someCall draws an open call, an ended one, or one that never was.
func (h *history) someCall() string {
	ids := []string{"call_nobody_1_0000"}
	for id := range h.model.calls {
		ids = append(ids, id)
	}
	for id := range h.model.ended {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return rapid.SampledFrom(ids).Draw(h.rt, "call")
}

// ending is what the model expects of a command that ends a call.
func (h *history) ending(by ledger.By, id string) ledger.ErrorCode {
	if code := h.active(by); code != "" {
		return code
	}
	c := h.model.calls[id]
	_, ended := h.model.ended[id]
	switch {
	case ended:
		return ledger.CallAlreadyCompleted
	case c == nil:
		return ledger.CallNotFound
	case h.model.sessions[c.session].participant != by.ParticipantID:
		return ledger.NotCallOwner
	}
	return ""
}

func (h *history) end(e *ledger.Engine, by ledger.By) {
	id := h.someCall()
	want := h.ending(by, id)
	do(h, e, ledger.EndCall{By: by, CallID: id, Result: json.RawMessage(`{"n":1}`)}, want)
	if want == "" {
		h.close([]string{id}, ledger.Succeeded)
	}
}

func (h *history) fail(e *ledger.Engine, by ledger.By) {
	id := h.someCall()
	c := ledger.FailCall{By: by, CallID: id, Error: "no luck"}
	if rapid.IntRange(0, 3).Draw(h.rt, "fallback") > 0 { // else most histories end here
		c.Fallback = json.RawMessage(`null`)
	}
	want := h.ending(by, id)
	fails := want == "" && c.Fallback == nil && h.model.calls[id].failOnCrash
	do(h, e, c, want)
	switch {
	case want != "":
	case c.Fallback != nil:
		h.close([]string{id}, ledger.Succeeded)
	default:
		h.close([]string{id}, ledger.CallFailed)
	}
	if fails {
		h.failed(e)
	}
}

// failed is the end of an operation that fails. There is nobody to wait for, but
// the engine that began the cleanup ends it after it has answered.
func (h *history) failed(e *ledger.Engine) {
	ended := func(s *ledger.State) bool { return s.Phase.Ended() }
	if _, err := e.Wait(context.Background(), h.operation, ended); err != nil {
		h.rt.Fatal(err)
	}
	for id, c := range h.model.calls {
		status := ledger.CallCancelled
		if s := h.model.sessions[c.session]; s != nil && s.lost {
			status = ledger.CallCrashed
		}
		h.close([]string{id}, status)
	}
	h.model.phase = ledger.Failed
}

func (h *history) abort(e *ledger.Engine, by ledger.By) {
	value := rapid.IntRange(0, 2).Draw(h.rt, "value") == 0
	want := h.live()
	do(h, e, ledger.SetAbort{By: ledger.By{ParticipantID: by.ParticipantID}, Value: value, Reason: "enough"}, want)
	if want != "" || value == (h.model.abortedBy != "") {
		return
	}
	h.model.abortedBy, h.model.acked = "", nil
	if value {
		h.model.abortedBy = by.ParticipantID
	}
}

func (h *history) acknowledge(e *ledger.Engine, by ledger.By) {
	want := h.active(by)
	do(h, e, ledger.AcknowledgeAbort{By: by}, want)
	if want == "" && h.model.abortedBy != "" && !slices.Contains(h.model.acked, by.ParticipantID) {
		h.model.acked = append(h.model.acked, by.ParticipantID)
	}
}

// compare holds the states of all engines, old and fresh, against the model.
func (h *history) compare() {
	ctx := context.Background()
	fresh, err := h.memory.Open(ledger.Options{EngineID: "fresh"})
	if err != nil {
		h.rt.Fatal(err)
	}
	h.engines = append(h.engines, fresh)
	var first string
	for _, e := range h.engines {
		s, err := e.State(ctx, h.operation)
		if err != nil {
			h.rt.Fatal(err)
		}
		b, err := json.Marshal(s.Document(nil))
		if err != nil {
			h.rt.Fatal(err)
		}
		if first == "" {
			first = string(b)
			h.compareModel(s)
		}
		if string(b) != first {
			h.rt.Fatalf("engine %s has another state:\n%s\n%s", e.ID(), b, first)
		}
	}
}

func (h *history) compareModel(s *ledger.State) {
	m := &h.model
	if s.Phase != m.phase {
		h.rt.Fatalf("the operation is %s, want %s", s.Phase, m.phase)
	}
	if s.FrameCount() != len(m.calls) {
		h.rt.Fatalf("%d calls are open, want %d", s.FrameCount(), len(m.calls))
	}
	for id, status := range m.ended {
		if o, ok := s.Outcome(id); !ok || o.Status != status {
			h.rt.Fatalf("call %s ended as %+v, want %s", id, o, status)
		}
	}
	if s.ResourceCount() != len(m.resources) {
		h.rt.Fatalf("%d resources, want %d", s.ResourceCount(), len(m.resources))
	}
	if (s.Abort != nil) != (m.abortedBy != "") || s.Abort != nil && !slices.Equal(s.Abort.AcknowledgedBy, m.acked) {
		h.rt.Fatalf("abort %+v, want %q %v", s.Abort, m.abortedBy, m.acked)
	}
	if s.Phase.Ended() {
		return
	}
	for id, session := range m.sessions {
		got, ok := s.Session(id)
		if !ok || (got.Lost != nil) != session.lost {
			h.rt.Fatalf("session %d is %+v, want lost %v", id, got, session.lost)
		}
	}
}
