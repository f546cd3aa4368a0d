package sidecar

import (
	"context"
	"errors"
	"time"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// The conversions between what lives in the engine and what goes over the wire.

// errTimeout is the cause of a context whose client wanted to wait no longer.
var errTimeout = errors.New("timeout")

// toWire converts the engine's errors; others pass and become what rpc/wire
// makes of them.
func toWire(err error) error {
	var e *ledger.Error
	if !errors.As(err, &e) {
		if errors.Is(err, context.Canceled) {
			return context.Canceled
		}
		return err
	}
	code, ok := rpc.CodeByName(string(e.Code))
	if !ok {
		return err
	}
	return rpc.NewError(code, sentence(err.Error()), rpc.ErrorData{
		Field: e.Field, OperationID: e.OperationID, CallID: e.CallID, CallIDs: e.CallIDs, SessionID: e.SessionID,
		ParticipantID: e.ParticipantID, ResourceID: e.ResourceID, Path: e.Path, Line: e.Line, Byte: byteOf(e), Limit: e.Limit})
}

// byteOf is where a damaged line begins: 0 for the first one of a file.
func byteOf(e *ledger.Error) *int64 {
	if e.Line == 0 {
		return nil
	}
	return &e.Byte
}

// sentence turns a Go error's text into one: it is for people.
func sentence(s string) string {
	if s == "" {
		return s
	}
	if s[0] >= 'a' && s[0] <= 'z' {
		s = string(s[0]-'a'+'A') + s[1:]
	}
	if last := s[len(s)-1]; last != '.' && last != '!' && last != '?' {
		s += "."
	}
	return s
}

// SummaryToWire renders an operation as one line of a listing.
func SummaryToWire(s *ledger.State) rpc.OperationSummary {
	participants := []string{}
	for _, p := range s.Participants() {
		participants = append(participants, p.ID)
	}
	return rpc.OperationSummary{OperationID: s.OperationID, InitiatorID: s.InitiatorID, Description: s.Description,
		OperationState: rpc.OperationState(s.Phase), Aborted: s.Abort != nil, StartTime: rpc.NewTime(s.Start),
		EndTime: optionalTime(s.End), CallFrameCount: int64(s.FrameCount()), Participants: participants}
}

func optionalTime(t time.Time) *rpc.Time {
	if t.IsZero() {
		return nil
	}
	v := rpc.NewTime(t)
	return &v
}

func abortToWire(s *ledger.State) *rpc.Abort {
	if s.Abort == nil {
		return nil
	}
	return &rpc.Abort{By: s.Abort.By, Reason: s.Abort.Reason, At: rpc.NewTime(s.Abort.At),
		AcknowledgedBy: append([]string{}, s.Abort.AcknowledgedBy...), Pending: s.AbortPending()}
}

func outcomeToWire(o *ledger.Outcome) *rpc.CallOutcome {
	return &rpc.CallOutcome{CallID: o.CallID, Status: rpc.CallStatus(o.Status), Result: o.Result, Error: o.Error, StackTrace: o.StackTrace}
}

// EventToWire renders an event as operation/trail does.
func EventToWire(e *ledger.Event) (rpc.TrailEvent, error) {
	data, err := e.DataJSON()
	if err != nil {
		return rpc.TrailEvent{}, err
	}
	return rpc.TrailEvent{Seq: e.Seq, At: rpc.NewTime(e.At), ElapsedMs: e.Elapsed.Milliseconds(), Type: string(e.Type()),
		ParticipantID: e.ParticipantID, SessionID: e.SessionID, Data: data}, nil
}

func stamp(t ledger.Stamp) rpc.Time { return rpc.NewTime(time.Time(t)) }

func optionalStamp(t *ledger.Stamp) *rpc.Time {
	if t == nil {
		return nil
	}
	v := stamp(*t)
	return &v
}

// documentToWire copies what operation.json says; a test holds the two equal.
func documentToWire(d *ledger.Document) *rpc.Document {
	w := &rpc.Document{
		OperationID: d.OperationID, InitiatorID: d.InitiatorID, Description: d.Description, Labels: d.Labels,
		StartTime: stamp(d.StartTime), Deadline: optionalStamp(d.Deadline), OperationState: rpc.OperationState(d.OperationState),
		Aborted: d.Aborted, LastHeartbeat: stamp(d.LastHeartbeat), DetectionTimestamp: optionalStamp(d.DetectionTimestamp),
		RemovalTimestamp: optionalStamp(d.RemovalTimestamp), EndTime: optionalStamp(d.EndTime), Seq: d.Seq,
		CallFrames: []rpc.CallFrame{}, TempResources: []rpc.TempResource{}, Participants: []rpc.Participant{}, Calls: []rpc.FinishedCall{},
		Failure: (*rpc.Failure)(d.Failure),
	}
	if a := d.Abort; a != nil {
		w.Abort = &rpc.Abort{By: a.By, Reason: a.Reason, At: stamp(a.At), AcknowledgedBy: a.AcknowledgedBy, Pending: a.Pending}
	}
	for _, f := range d.CallFrames {
		w.CallFrames = append(w.CallFrames, rpc.CallFrame{CallID: f.CallID, ParticipantID: f.ParticipantID, SessionID: f.SessionID,
			PID: f.PID, StartTime: stamp(f.StartTime), LastHeartbeat: stamp(f.LastHeartbeat), State: rpc.FrameState(f.State),
			FailOnCrash: f.FailOnCrash, Description: f.Description, ParentCallID: f.ParentCallID, Spawned: f.Spawned,
			Deadline: optionalStamp(f.Deadline), Resources: f.Resources})
	}
	for _, r := range d.TempResources {
		w.TempResources = append(w.TempResources, rpc.TempResource{ResourceID: r.ResourceID, Path: r.Path,
			Process: (*rpc.ProcessRef)(r.Process), Owner: r.Owner, ParticipantID: r.ParticipantID, SessionID: r.SessionID,
			CallID: r.CallID, Host: r.Host, RegisteredAt: stamp(r.RegisteredAt)})
	}
	for _, p := range d.Participants {
		w.Participants = append(w.Participants, rpc.Participant{ParticipantID: p.ParticipantID, SessionIDs: p.SessionIDs,
			PID: p.PID, Host: p.Host, State: rpc.ParticipantState(p.State), LastHeartbeat: stamp(p.LastHeartbeat),
			Progress: (*rpc.Progress)(p.Progress)})
	}
	for _, call := range d.Calls {
		w.Calls = append(w.Calls, rpc.FinishedCall{CallID: call.CallID, Status: rpc.CallStatus(call.Status), DurationMs: call.DurationMs})
	}
	return w
}
