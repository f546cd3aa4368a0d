package ledger

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// What a state remembers of the past, so that it does not grow with history.
const (
	// MaxFinishedCalls is how many ended calls are remembered for awaiters.
	MaxFinishedCalls = 1000
	// MaxFinishedBytes is how many bytes of results and errors they may hold together;
	// the newest is kept whatever its size.
	MaxFinishedBytes = 4 << 20
	// MaxRequestKeys is how many request keys are remembered with their answers.
	MaxRequestKeys = 1000
)

// apply returns the state after an event. It is total: an event that refers to
// what is not there changes nothing but the sequence number, because a fold
// that can fail would make a whole log unreadable.
//
// Only the newest state may be applied to, or one whose successors are all
// dropped: see the orders in [State].
func (s *State) apply(e *Event) *State {
	if d, ok := e.Data.(*SnapshotData); ok {
		return d.State.restore(e.Seq)
	}
	n := *s
	n.Seq = e.Seq
	n.applyData(e)
	if e.Request != nil {
		n.remember(e)
	}
	return &n
}

func (s *State) applyData(e *Event) {
	switch d := e.Data.(type) {
	case *CreatedData:
		s.OperationID, s.InitiatorID, s.Description = d.OperationID, d.InitiatorID, d.Description
		s.Labels, s.Start, s.Deadline = maps.Clone(d.Labels), e.At, deadline(e.At, d.DeadlineMs)
	case *JoinedData:
		s.join(e, d)
	case *LeftData:
		s.cancelFrames(d.CancelledCallIDs, e)
		s.sessions = s.sessions.Delete(e.SessionID)
		s.settleParticipant(e.ParticipantID)
	case *ResumedData:
		s.resume(e, d)
	case *ProgressData:
		s.updateParticipant(e.ParticipantID, func(p *Participant) { p.Progress = d })
	case *CallStartedData:
		s.openFrame(e, &Frame{CallID: d.CallID, FailOnCrash: d.FailOnCrash, Spawned: d.Spawned,
			Description: d.Description, ParentCallID: d.ParentCallID, Deadline: deadline(e.At, d.DeadlineMs)})
		s.lastCall++
	case *FrameCreatedData:
		s.openFrame(e, &Frame{CallID: d.CallID, FailOnCrash: true})
	case *CallEndedData:
		s.closeFrame(e, &Outcome{CallID: d.CallID, Status: Succeeded, Result: d.Result})
	case *CallFailedData:
		o := &Outcome{CallID: d.CallID, Status: CallFailed, Error: d.Error, StackTrace: d.StackTrace}
		if d.Fallback != nil {
			o = &Outcome{CallID: d.CallID, Status: Succeeded, Result: d.Fallback}
		}
		s.closeFrame(e, o)
	case *FrameDeletedData:
		s.closeFrame(e, &Outcome{CallID: d.CallID, Status: Succeeded})
	case *CallLostData:
		for _, id := range d.CallIDs {
			s.closeFrame(e, &Outcome{CallID: id, Status: CallCrashed, Error: "the call's owner was lost"})
		}
	case *AbortData, *AcknowledgedData:
		s.applyAbort(e)
	case *RegisteredData:
		s.lastResource++
		s.resources = s.resources.Set(d.ResourceID, &Resource{ID: d.ResourceID, Path: d.Path, Process: d.Process,
			ParticipantID: e.ParticipantID, SessionID: e.SessionID, PID: d.PID, CallID: d.CallID, Host: d.Host,
			Registered: e.At, Seq: e.Seq})
	case *ReleasedData:
		s.resources = s.resources.Delete(d.ResourceID)
	case *CleanedData:
		if d.Problem == "" {
			s.resources = s.resources.Delete(d.ResourceID)
		}
	default:
		s.applyVerdict(e)
	}
}

// applyVerdict applies what engines, not participants, bring about.
func (s *State) applyVerdict(e *Event) {
	switch d := e.Data.(type) {
	case *SuspectedData:
		s.updateParticipant(e.ParticipantID, func(p *Participant) {
			p.State = Suspect
			if d.Paused {
				p.State = Paused
			}
		})
	case *RecoveredData:
		s.updateParticipant(e.ParticipantID, func(p *Participant) { p.State = Alive })
	case *LostData:
		s.lose(e, d)
	case *CleanupStartedData:
		s.Phase = Cleanup
		s.Failure = &Failure{Reason: d.Reason, CrashedCallIDs: d.CrashedCallIDs, Detected: e.At, Coordinator: e.EngineID}
		s.setFrames(s.Frames(), func(f *Frame) {
			if f.State == FrameActive {
				f.State = FrameCleaningUp
			}
		})
	case *FrameCleanedData:
		for _, id := range d.CallIDs {
			if f, ok := s.frames.Get(id); ok {
				s.setFrames([]*Frame{f}, func(f *Frame) { f.State = FrameCleanedUp })
			}
		}
	case *FailedData:
		for _, f := range s.Frames() {
			status := CallCancelled
			if f.State == FrameCrashed {
				status = CallCrashed
			}
			s.closeFrame(e, &Outcome{CallID: f.CallID, Status: status, Error: "the operation failed"})
		}
		s.end(e.At, Failed)
		if s.Failure != nil {
			done := *s.Failure
			done.Removed = e.At
			s.Failure = &done
		}
	case *CompletedData:
		s.cancelFrames(d.CancelledCallIDs, e)
		s.end(e.At, Completed)
	}
}

func (s *State) end(at time.Time, phase Phase) {
	s.Phase, s.End = phase, at
	for it := s.sessions.Iterator(); !it.Done(); {
		if id, session, ok := it.Next(); ok && session.Lost == nil {
			s.sessions = s.sessions.Delete(id)
		}
	}
	for _, p := range s.participants {
		s.settleParticipant(p.ID)
	}
}

func deadline(from time.Time, ms int64) time.Time {
	if ms <= 0 {
		return time.Time{}
	}
	return from.Add(time.Duration(ms) * time.Millisecond)
}

func (s *State) join(e *Event, d *JoinedData) {
	s.lastSession = max(s.lastSession, e.SessionID)
	s.sessions = s.sessions.Set(e.SessionID, &Session{ID: e.SessionID, ParticipantID: e.ParticipantID,
		EngineID: e.EngineID, PID: d.PID, Host: d.Host, Joined: e.At,
		Connection: d.Connection, Resume: d.Resume})
	if s.participant(e.ParticipantID) == nil {
		s.participants = append(slices.Clone(s.participants), &Participant{ID: e.ParticipantID, Joined: e.At})
	}
	s.updateParticipant(e.ParticipantID, func(p *Participant) { p.PID, p.Host, p.State = d.PID, d.Host, Alive })
}

func (s *State) resume(e *Event, d *ResumedData) {
	if session, ok := s.sessions.Get(e.SessionID); ok {
		moved := *session
		moved.EngineID, moved.PID, moved.Host, moved.Connection = e.EngineID, d.PID, d.Host, d.Connection
		if d.Resume != "" {
			moved.Resume = d.Resume
		}
		s.sessions = s.sessions.Set(e.SessionID, &moved)
		s.updateParticipant(e.ParticipantID, func(p *Participant) { p.PID, p.Host, p.State = d.PID, d.Host, Alive })
	}
}

func (s *State) lose(e *Event, d *LostData) {
	if session, ok := s.sessions.Get(e.SessionID); ok {
		fenced := *session
		fenced.Lost = &d.Evidence
		s.sessions = s.sessions.Set(e.SessionID, &fenced)
	}
	s.setFrames(s.framesOf(e.SessionID), func(f *Frame) { f.State = FrameCrashed })
	s.settleParticipant(e.ParticipantID)
}

// settleParticipant derives whether a participant is still there from its sessions.
func (s *State) settleParticipant(id string) {
	state := Left
	for _, session := range s.Sessions() {
		switch {
		case session.ParticipantID != id:
		case session.Lost == nil:
			return // an open one: it is as it was
		default:
			state = Lost
		}
	}
	s.updateParticipant(id, func(p *Participant) { p.State = state })
}

func (s *State) updateParticipant(id string, change func(*Participant)) {
	for i, p := range s.participants {
		if p.ID == id {
			changed := *p
			change(&changed)
			s.participants = slices.Clone(s.participants)
			s.participants[i] = &changed
			return
		}
	}
}

func (s *State) openFrame(e *Event, f *Frame) {
	f.ParticipantID, f.SessionID, f.Start, f.Seq, f.State = e.ParticipantID, e.SessionID, e.At, e.Seq, FrameActive
	if session, ok := s.sessions.Get(e.SessionID); ok {
		f.PID = session.PID
	}
	s.frames = s.frames.Set(f.CallID, f)
}

func (s *State) setFrames(frames []*Frame, change func(*Frame)) {
	for _, f := range frames {
		changed := *f
		change(&changed)
		s.frames = s.frames.Set(f.CallID, &changed)
	}
}

func (s *State) cancelFrames(ids []string, e *Event) {
	for _, id := range ids {
		s.closeFrame(e, &Outcome{CallID: id, Status: CallCancelled})
	}
}

// closeFrame moves a call from the open to the ended ones and forgets the
// oldest of those beyond the limits.
func (s *State) closeFrame(e *Event, o *Outcome) {
	f, ok := s.frames.Get(o.CallID)
	if !ok {
		return
	}
	s.frames = s.frames.Delete(o.CallID)
	o.ParticipantID, o.SessionID, o.Seq = f.ParticipantID, f.SessionID, e.Seq
	o.Duration = max(0, e.At.Sub(f.Start))
	s.keepOutcome(o)
}

func (s *State) keepOutcome(o *Outcome) {
	if old, ok := s.finished.Get(o.CallID); ok {
		s.finishedBytes -= old.size()
	}
	s.finished = s.finished.Set(o.CallID, o)
	s.finishedOrder = append(s.finishedOrder, finishedAt{o.CallID, o.Seq})
	s.finishedBytes += o.size()
	for len(s.finishedOrder) > MaxFinishedCalls || len(s.finishedOrder) > 1 && s.finishedBytes > MaxFinishedBytes {
		oldest := s.finishedOrder[0]
		s.finishedOrder = s.finishedOrder[1:]
		if old, ok := s.finished.Get(oldest.callID); ok && old.Seq == oldest.seq {
			s.finishedBytes -= old.size()
			s.finished = s.finished.Delete(oldest.callID)
		}
	}
}

func (s *State) applyAbort(e *Event) {
	switch d := e.Data.(type) {
	case *AbortData:
		s.Abort = nil
		if d.Value {
			s.Abort = &Abort{By: e.ParticipantID, Reason: d.Reason, At: e.At}
		}
	case *AcknowledgedData:
		if s.Abort == nil || slices.Contains(s.Abort.AcknowledgedBy, e.ParticipantID) {
			return
		}
		a := *s.Abort
		a.AcknowledgedBy = append(slices.Clone(a.AcknowledgedBy), e.ParticipantID)
		s.Abort = &a
	}
}

// remember keeps the answer to a request with a key. Keys are a participant's
// own: two who happen to choose the same do not get each other's answers.
func (s *State) remember(e *Event) {
	key := requestID(e.ParticipantID, e.Request.Key)
	if _, ok := s.requests.Get(key); !ok {
		s.requestOrder = append(s.requestOrder, key)
	}
	s.requests = s.requests.Set(key, e.Request)
	if len(s.requestOrder) > MaxRequestKeys {
		s.requests = s.requests.Delete(s.requestOrder[0])
		s.requestOrder = s.requestOrder[1:]
	}
}

func requestID(participant, key string) string { return participant + "/" + key }

// replayAnswer decodes a remembered answer.
func replayAnswer[A any](r *Request) (A, error) {
	var a A
	err := json.Unmarshal(r.Answer, &a)
	return a, err
}
