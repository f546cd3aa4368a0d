package ledger

import (
	"fmt"
	"slices"
)

// contradictions lists the invariants that a state breaks, by their numbers in
// the package documentation. A state that was folded from a log that engines
// wrote breaks none.
func (s *State) contradictions() []string {
	var found []string
	report := func(rule int, format string, args ...any) {
		found = append(found, fmt.Sprintf("invariant %d: ", rule)+fmt.Sprintf(format, args...))
	}
	s.checkFrames(report)
	s.checkResources(report)
	s.checkParticipants(report)
	s.checkPhase(report)
	s.checkMemory(report)
	return found
}

type reporter func(rule int, format string, args ...any)

func (s *State) checkFrames(report reporter) {
	for _, f := range s.Frames() {
		session, ok := s.sessions.Get(f.SessionID)
		switch {
		case !ok:
			report(1, "call %s is open and its session %d is not", f.CallID, f.SessionID)
		case session.ParticipantID != f.ParticipantID:
			report(1, "call %s of %s belongs to a session of %s", f.CallID, f.ParticipantID, session.ParticipantID)
		case session.Lost != nil && s.Phase == Running:
			report(2, "call %s is open and its session %d was lost", f.CallID, f.SessionID)
		}
		if f.Seq > s.Seq || f.Start.IsZero() {
			report(1, "call %s was started by event %d of %d", f.CallID, f.Seq, s.Seq)
		}
		if s.Phase == Running && f.State != FrameActive {
			report(2, "call %s is %s in a running operation", f.CallID, f.State)
		}
	}
}

func (s *State) checkResources(report reporter) {
	for _, r := range s.Resources() {
		if s.participant(r.ParticipantID) == nil {
			report(3, "resource %s belongs to %q, who never joined", r.ID, r.ParticipantID)
		}
		if (r.Path == "") == (r.Process == nil) {
			report(3, "resource %s names neither or both of a path and a process", r.ID)
		}
	}
}

func (s *State) checkParticipants(report reporter) {
	open, lost := map[string]bool{}, map[string]bool{}
	for _, v := range s.Sessions() {
		if v.ID > s.lastSession {
			report(4, "session %d was opened and the last one is %d", v.ID, s.lastSession)
		}
		if v.Lost != nil {
			lost[v.ParticipantID] = true
		} else {
			open[v.ParticipantID] = true
		}
		if s.participant(v.ParticipantID) == nil {
			report(4, "session %d belongs to %q, who never joined", v.ID, v.ParticipantID)
		}
	}
	seen := map[string]bool{}
	for _, p := range s.participants {
		if seen[p.ID] {
			report(4, "%s is listed twice", p.ID)
		}
		seen[p.ID] = true
		here := p.State == Alive || p.State == Suspect || p.State == Paused
		switch {
		case here != open[p.ID]:
			report(4, "%s is %s, open sessions: %v", p.ID, p.State, open[p.ID])
		case p.State == Lost && !lost[p.ID]:
			report(4, "%s is lost without a lost session", p.ID)
		}
	}
}

func (s *State) checkPhase(report reporter) {
	ended := s.Phase.Ended()
	if ended && s.frames.Len() > 0 {
		report(5, "%d calls are open in a %s operation", s.frames.Len(), s.Phase)
	}
	if ended == s.End.IsZero() {
		report(5, "the operation is %s and its end is %v", s.Phase, s.End)
	}
	failing := s.Phase == Cleanup || s.Phase == Failed
	if failing != (s.Failure != nil) {
		report(5, "the operation is %s and its failure is %v", s.Phase, s.Failure)
	}
	if s.Abort != nil {
		for _, id := range s.Abort.AcknowledgedBy {
			if s.participant(id) == nil {
				report(6, "%q acknowledged the abort and never joined", id)
			}
		}
	}
}

func (s *State) checkMemory(report reporter) {
	bytes := 0
	for it := s.finished.Iterator(); !it.Done(); {
		id, o, _ := it.Next()
		bytes += o.size()
		if !slices.Contains(s.finishedOrder, finishedAt{id, o.Seq}) {
			report(7, "ended call %s is remembered and in no order", id)
		}
	}
	if bytes != s.finishedBytes {
		report(7, "results of %d bytes are remembered, %d are counted", bytes, s.finishedBytes)
	}
	if len(s.finishedOrder) > MaxFinishedCalls || len(s.requestOrder) > MaxRequestKeys {
		report(7, "%d ended calls and %d request keys are remembered", len(s.finishedOrder), len(s.requestOrder))
	}
	if s.requests.Len() != len(s.requestOrder) {
		report(7, "%d answers are remembered in an order of %d", s.requests.Len(), len(s.requestOrder))
	}
}
