package main

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tomledger/tomledger/ledger"
)

// timeline is what a terminal can show of an operation: a row per participant, a
// bar per call, and a mark for what concerned everybody.
type timeline struct {
	rows         []*timelineRow
	marks        []timelineMark
	acknowledged []string // who has acknowledged an abort, and when
	end          time.Duration
	calls        map[string]*timelineBar // by id, the open ones
}

// timelineRow is a participant with its calls in the order of their start.
type timelineRow struct {
	participant string
	bars        []*timelineBar
}

// timelineBar is a call.
type timelineBar struct {
	label      string
	start, end time.Duration
	fate       barFate
}

// barFate is how a call ended.
type barFate int

const (
	barOpen barFate = iota // not at all
	barEnded
	barFailed
	barCancelled
	barLost
)

// timelineMark is an instant that concerned everybody.
type timelineMark struct {
	at   time.Duration
	text string
}

// newTimeline folds the events of an operation. Times are those of the record.
func newTimeline(events []*ledger.Event) *timeline {
	t := &timeline{calls: map[string]*timelineBar{}}
	for _, e := range events {
		t.add(e)
	}
	for _, bar := range t.calls {
		bar.end = t.end
	}
	return t
}

func (t *timeline) add(e *ledger.Event) {
	t.end = max(t.end, e.Elapsed)
	switch d := e.Data.(type) {
	case *ledger.JoinedData:
		t.row(e.ParticipantID)
	case *ledger.CallStartedData:
		label := d.Description
		if label == "" {
			label = d.CallID
		}
		t.open(e, d.CallID, label)
	case *ledger.FrameCreatedData:
		t.open(e, d.CallID, d.CallID)
	case *ledger.CallEndedData:
		t.close(e, barEnded, d.CallID)
	case *ledger.FrameDeletedData:
		t.close(e, barEnded, d.CallID)
	case *ledger.CallFailedData:
		if d.Fallback != nil {
			t.close(e, barEnded, d.CallID)
		} else {
			t.close(e, barFailed, d.CallID)
		}
	case *ledger.LeftData:
		t.close(e, barCancelled, d.CancelledCallIDs...)
	case *ledger.CompletedData:
		t.close(e, barCancelled, d.CancelledCallIDs...)
	case *ledger.CallLostData:
		t.close(e, barLost, d.CallIDs...)
	case *ledger.FailedData:
		t.close(e, barLost, slices.Collect(maps.Keys(t.calls))...)
	default:
		t.mark(e)
	}
}

// mark keeps the instants that concern everybody.
func (t *timeline) mark(e *ledger.Event) {
	switch d := e.Data.(type) {
	case *ledger.AbortData:
		text := "aborted by " + e.ParticipantID
		if !d.Value {
			text = "abort cleared by " + e.ParticipantID
		}
		t.addMark(e, text, d.Reason)
	case *ledger.AcknowledgedData:
		if n := len(t.marks); n > 0 {
			since := e.Elapsed - t.marks[n-1].at
			t.acknowledged = append(t.acknowledged, fmt.Sprintf("%s after %s", e.ParticipantID, seconds(since)))
		}
	case *ledger.CleanupStartedData:
		t.addMark(e, "failed", d.Reason)
	default:
		// Lines of the log, resources and progress are for other views.
	}
}

func (t *timeline) addMark(e *ledger.Event, text, reason string) {
	t.marks = append(t.marks, timelineMark{e.Elapsed, printable(withReason(text, reason))})
}

func withReason(text, reason string) string {
	if reason == "" {
		return text
	}
	return text + ": " + reason
}

// row is a participant's; one that joins again keeps it.
func (t *timeline) row(participant string) *timelineRow {
	for _, r := range t.rows {
		if r.participant == participant {
			return r
		}
	}
	r := &timelineRow{participant: participant}
	t.rows = append(t.rows, r)
	return r
}

func (t *timeline) open(e *ledger.Event, id, label string) {
	bar := &timelineBar{label: printable(label), start: e.Elapsed}
	t.calls[id] = bar
	row := t.row(e.ParticipantID)
	row.bars = append(row.bars, bar)
}

// close ends calls. What began before the oldest event is not known here.
func (t *timeline) close(e *ledger.Event, fate barFate, ids ...string) {
	for _, id := range ids {
		if bar := t.calls[id]; bar != nil {
			bar.end, bar.fate = e.Elapsed, fate
			delete(t.calls, id)
		}
	}
}
