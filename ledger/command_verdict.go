package ledger

import (
	"fmt"
	"slices"
)

// The commands in this file are given by engines, not by participants.

// SuspectParticipant records that a participant is silent: suspect, or paused
// if there is a reason for its silence.
type SuspectParticipant struct {
	By
	SilentMs int64
	Paused   bool
	Detail   string
}

func (SuspectParticipant) method() string { return "engine/suspect" }

func (c SuspectParticipant) decide(s *State, _ *env) ([]EventData, Done, error) {
	if _, err := s.active(c.By); err != nil {
		return nil, Done{}, err
	}
	want := Suspect
	if c.Paused {
		want = Paused
	}
	if p := s.participant(c.ParticipantID); p == nil || p.State == want {
		return nil, Done{}, nil
	}
	return []EventData{&SuspectedData{SilentMs: c.SilentMs, Paused: c.Paused, Detail: c.Detail}}, Done{}, nil
}

// RecoverParticipant records a sign of life of a suspect.
type RecoverParticipant struct{ By }

func (RecoverParticipant) method() string { return "engine/recover" }

func (c RecoverParticipant) decide(s *State, _ *env) ([]EventData, Done, error) {
	if _, err := s.active(c.By); err != nil {
		return nil, Done{}, err
	}
	if p := s.participant(c.ParticipantID); p == nil || p.State != Suspect && p.State != Paused {
		return nil, Done{}, nil
	}
	return []EventData{&RecoveredData{}}, Done{}, nil
}

// LoseSession declares a session lost. Its calls crash; if one of them has
// failOnCrash, or the session is the initiator's last, the operation fails,
// otherwise only those calls end. Losing a session twice changes nothing.
type LoseSession struct {
	By
	Evidence Evidence
}

func (LoseSession) method() string { return "engine/lose" }

func (c LoseSession) decide(s *State, _ *env) ([]EventData, Done, error) {
	session, ok := s.sessions.Get(c.SessionID)
	if !ok || session.Lost != nil || session.ParticipantID != c.ParticipantID || s.Phase.Ended() {
		return nil, Done{}, nil
	}
	events := []EventData{&LostData{Evidence: c.Evidence}}
	if s.Phase == Cleanup {
		return events, Done{}, nil
	}
	frames := s.framesOf(c.SessionID)
	critical := slices.ContainsFunc(frames, func(f *Frame) bool { return f.FailOnCrash })
	switch {
	case critical || s.lastOfInitiator(session):
		events = append(events, &CleanupStartedData{CrashedCallIDs: callIDs(frames),
			Reason: fmt.Sprintf("%s was lost (%s)", session.ParticipantID, c.Evidence.Kind)})
	case len(frames) > 0:
		events = append(events, &CallLostData{CallIDs: callIDs(frames)})
	}
	return events, Done{}, nil
}

func (s *State) lastOfInitiator(session *Session) bool {
	if session.ParticipantID != s.InitiatorID {
		return false
	}
	return !slices.ContainsFunc(s.Sessions(), func(v *Session) bool {
		return v.ID != session.ID && v.ParticipantID == s.InitiatorID && v.Lost == nil
	})
}

// FramesCleaned records that a session has cleaned up for its calls.
type FramesCleaned struct {
	By
	CallIDs []string
}

func (FramesCleaned) method() string { return "engine/cleaned" }

func (c FramesCleaned) decide(s *State, _ *env) ([]EventData, Done, error) {
	if s.Phase != Cleanup {
		return nil, Done{}, nil
	}
	ids := slices.DeleteFunc(slices.Clone(c.CallIDs), func(id string) bool {
		f, ok := s.frames.Get(id)
		return !ok || f.SessionID != c.SessionID || f.State == FrameCleanedUp
	})
	if len(ids) == 0 {
		return nil, Done{}, nil
	}
	return []EventData{&FrameCleanedData{CallIDs: ids}}, Done{}, nil
}

// ResourceCleaned records that a resource was cleaned, or why it could not be.
type ResourceCleaned struct {
	By
	ResourceID string
	Problem    string
}

func (ResourceCleaned) method() string { return "engine/resourceCleaned" }

func (c ResourceCleaned) decide(s *State, _ *env) ([]EventData, Done, error) {
	if _, ok := s.resources.Get(c.ResourceID); !ok || s.Phase.Ended() {
		return nil, Done{}, nil
	}
	return []EventData{&CleanedData{ResourceID: c.ResourceID, Problem: c.Problem}}, Done{}, nil
}

// FinishFailure ends an operation that is being cleaned up.
type FinishFailure struct{ By }

func (FinishFailure) method() string { return "engine/finishFailure" }

func (c FinishFailure) decide(s *State, _ *env) ([]EventData, Done, error) {
	if s.Phase != Cleanup {
		return nil, Done{}, nil
	}
	return []EventData{&FailedData{}}, Done{}, nil
}
