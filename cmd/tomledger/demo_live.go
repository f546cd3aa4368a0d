package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tomledger/tomledger/ledger"
)

// liveView shows an operation's events as they happen, a line each, indented by
// the depth of the calls.
type liveView struct {
	screen    *screen
	open      []liveCall        // oldest first
	resources map[string]string // what registered ones are called
	abortAt   time.Duration
}

// liveCall is a call in progress.
type liveCall struct {
	id, participant, description string
	depth                        int
	start                        time.Duration
}

// show prints an event.
func (v *liveView) show(e *ledger.Event) {
	switch d := e.Data.(type) {
	case *ledger.CallStartedData:
		call := liveCall{d.CallID, e.ParticipantID, d.Description, v.depthOf(d.ParentCallID) + 1, e.Elapsed}
		v.line(e, call.depth, "┌ "+call.description)
		v.open = append(v.open, call)
	case *ledger.CallEndedData:
		v.end(e, d.CallID, "└", resultSummary(d.Result))
	case *ledger.CallFailedData:
		v.end(e, d.CallID, "✗", d.Error)
	case *ledger.LeftData:
		v.cancel(e, d.CancelledCallIDs)
		v.line(e, v.depth(e.ParticipantID), withReason("leaves", d.Reason))
	case *ledger.CompletedData:
		v.cancel(e, d.CancelledCallIDs)
		v.line(e, 0, "completes the operation")
	case *ledger.FailedData:
		v.open = nil
		v.line(e, 0, "the operation has failed")
	default:
		if text := v.text(e); text != "" {
			v.line(e, v.depth(e.ParticipantID), text)
		}
	}
}

// text says what an event is that begins and ends no call.
func (v *liveView) text(e *ledger.Event) string {
	switch d := e.Data.(type) {
	case *ledger.CreatedData:
		return "creates " + d.OperationID
	case *ledger.JoinedData:
		return fmt.Sprintf("joins as process %d", d.PID)
	case *ledger.RegisteredData:
		v.resources[d.ResourceID] = filepath.Base(d.Path)
		return "+ temp file " + v.resources[d.ResourceID]
	case *ledger.ReleasedData:
		return "- temp file " + v.resources[d.ResourceID]
	case *ledger.ProgressData:
		return d.Message
	case *ledger.LoggedData:
		return d.Message
	case *ledger.AbortData:
		v.abortAt = e.Elapsed
		return withReason("ABORTS the operation", d.Reason)
	case *ledger.AcknowledgedData:
		return fmt.Sprintf("has unwound and acknowledges, %d ms after the abort", (e.Elapsed - v.abortAt).Milliseconds())
	case *ledger.CleanupStartedData:
		return withReason("the operation FAILS", d.Reason)
	default:
		return ""
	}
}

// end prints a call's end.
func (v *liveView) end(e *ledger.Event, id, sign, result string) {
	i := slices.IndexFunc(v.open, func(c liveCall) bool { return c.id == id })
	if i < 0 {
		return
	}
	c := v.open[i]
	v.open = slices.Delete(v.open, i, i+1)
	v.line(e, c.depth, sign+" "+withReason(c.description, result), " ("+seconds(e.Elapsed-c.start)+")")
}

// cancel prints the ends of calls that were cancelled, the innermost first.
func (v *liveView) cancel(e *ledger.Event, ids []string) {
	for _, id := range slices.Backward(ids) {
		v.end(e, id, "╳", "cancelled")
	}
}

// depth is where a participant's own words belong: inside its innermost call, or
// inside everybody's if it has none.
func (v *liveView) depth(participant string) int {
	deepest := 0
	for _, c := range slices.Backward(v.open) {
		if c.participant == participant {
			return c.depth + 1
		}
		deepest = max(deepest, c.depth+1)
	}
	return deepest
}

func (v *liveView) depthOf(call string) int {
	for _, c := range v.open {
		if c.id == call {
			return c.depth
		}
	}
	return -1
}

// line prints what an event is, and, faintly, an aside.
func (v *liveView) line(e *ledger.Event, depth int, text string, aside ...string) {
	s := v.screen
	clock := s.faint(fmt.Sprintf("%7.3f", e.Elapsed.Seconds()))
	fmt.Fprintf(s, "%s  %s %s%s%s\n", clock, s.paintFor(e.ParticipantID, fmt.Sprintf("%-7s", e.ParticipantID)),
		s.faint(strings.Repeat("│ ", depth)), printable(text), s.faint(strings.Join(aside, "")))
}

// resultSummary is what a result of the demo says of itself.
func resultSummary(result json.RawMessage) string {
	var r struct {
		Summary string `json:"summary"`
	}
	if json.Unmarshal(result, &r) != nil {
		return string(result)
	}
	return r.Summary
}
