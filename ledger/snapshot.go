package ledger

import (
	"encoding/json"
	"time"
)

// savedState is a State on disk, in a snapshot event. It is a type of its own
// so that what lives in memory can change without a new format.
type savedState struct {
	OperationID  string             `json:"operationId"`
	InitiatorID  string             `json:"initiatorId"`
	Description  string             `json:"description,omitempty"`
	Labels       map[string]string  `json:"labels,omitempty"`
	Start        time.Time          `json:"start"`
	Deadline     *time.Time         `json:"deadline,omitempty"`
	Phase        Phase              `json:"phase"`
	Abort        *savedAbort        `json:"abort,omitempty"`
	Failure      *savedFailure      `json:"failure,omitempty"`
	End          *time.Time         `json:"end,omitempty"`
	LastSession  int64              `json:"lastSession"`
	LastCall     int64              `json:"lastCall"`
	LastResource int64              `json:"lastResource"`
	Participants []savedParticipant `json:"participants"`
	Sessions     []savedSession     `json:"sessions"`
	Frames       []savedFrame       `json:"frames"`
	Resources    []savedResource    `json:"resources"`
	Finished     []savedOutcome     `json:"finished"`
	Requests     []savedRequest     `json:"requests"`
}

type savedAbort struct {
	By             string    `json:"by"`
	Reason         string    `json:"reason,omitempty"`
	At             time.Time `json:"at"`
	AcknowledgedBy []string  `json:"acknowledgedBy,omitempty"`
}

type savedFailure struct {
	Reason         string     `json:"reason"`
	CrashedCallIDs []string   `json:"crashedCallIds,omitempty"`
	Detected       time.Time  `json:"detected"`
	Coordinator    string     `json:"coordinator"`
	Removed        *time.Time `json:"removed,omitempty"`
}

type savedParticipant struct {
	ID       string           `json:"id"`
	PID      int64            `json:"pid"`
	Host     string           `json:"host"`
	State    ParticipantState `json:"state"`
	Progress *ProgressData    `json:"progress,omitempty"`
	Joined   time.Time        `json:"joined"`
}

type savedSession struct {
	ID            int64     `json:"id"`
	ParticipantID string    `json:"participantId"`
	EngineID      string    `json:"engineId"`
	PID           int64     `json:"pid"`
	Host          string    `json:"host"`
	Joined        time.Time `json:"joined"`
	Connection    string    `json:"connection,omitempty"`
	Resume        string    `json:"resume,omitempty"`
	Lost          *Evidence `json:"lost,omitempty"`
}

type savedFrame struct {
	CallID        string     `json:"callId"`
	ParticipantID string     `json:"participantId"`
	SessionID     int64      `json:"sessionId"`
	PID           int64      `json:"pid"`
	Start         time.Time  `json:"start"`
	Deadline      *time.Time `json:"deadline,omitempty"`
	State         FrameState `json:"state"`
	FailOnCrash   bool       `json:"failOnCrash"`
	Spawned       bool       `json:"spawned,omitempty"`
	Description   string     `json:"description,omitempty"`
	ParentCallID  string     `json:"parentCallId,omitempty"`
	Seq           int64      `json:"seq"`
}

type savedResource struct {
	ID            string      `json:"id"`
	Path          string      `json:"path,omitempty"`
	Process       *ProcessRef `json:"process,omitempty"`
	ParticipantID string      `json:"participantId"`
	SessionID     int64       `json:"sessionId"`
	PID           int64       `json:"pid"`
	CallID        string      `json:"callId,omitempty"`
	Host          string      `json:"host"`
	Registered    time.Time   `json:"registered"`
	Seq           int64       `json:"seq"`
}

type savedOutcome struct {
	CallID        string          `json:"callId"`
	ParticipantID string          `json:"participantId"`
	SessionID     int64           `json:"sessionId"`
	Status        CallStatus      `json:"status"`
	Result        json.RawMessage `json:"result,omitempty"`
	Error         string          `json:"error,omitempty"`
	StackTrace    string          `json:"stackTrace,omitempty"`
	DurationMs    int64           `json:"durationMs"`
	Seq           int64           `json:"seq"`
}

type savedRequest struct {
	ID      string  `json:"id"`
	Request Request `json:"request"`
}

// save gives a state its form on disk.
func (s *State) save() *savedState {
	d := &savedState{
		OperationID: s.OperationID, InitiatorID: s.InitiatorID, Description: s.Description, Labels: s.Labels,
		Start: s.Start, Deadline: optional(s.Deadline), Phase: s.Phase, End: optional(s.End),
		LastSession: s.lastSession, LastCall: s.lastCall, LastResource: s.lastResource,
		Abort: (*savedAbort)(s.Abort),
	}
	if f := s.Failure; f != nil {
		d.Failure = &savedFailure{f.Reason, f.CrashedCallIDs, f.Detected, f.Coordinator, optional(f.Removed)}
	}
	for _, p := range s.participants {
		d.Participants = append(d.Participants, savedParticipant(*p))
	}
	for _, v := range s.Sessions() {
		d.Sessions = append(d.Sessions, savedSession(*v))
	}
	for _, f := range s.Frames() {
		d.Frames = append(d.Frames, savedFrame{f.CallID, f.ParticipantID, f.SessionID, f.PID, f.Start,
			optional(f.Deadline), f.State, f.FailOnCrash, f.Spawned, f.Description, f.ParentCallID, f.Seq})
	}
	for _, r := range s.Resources() {
		d.Resources = append(d.Resources, savedResource(*r))
	}
	for _, o := range s.Finished() {
		d.Finished = append(d.Finished, savedOutcome{o.CallID, o.ParticipantID, o.SessionID, o.Status,
			o.Result, o.Error, o.StackTrace, o.Duration.Milliseconds(), o.Seq})
	}
	for _, id := range s.requestOrder {
		if r, ok := s.requests.Get(id); ok {
			d.Requests = append(d.Requests, savedRequest{id, *r})
		}
	}
	return d
}

// restore is the inverse of save, for the event with this number.
func (d *savedState) restore(seq int64) *State {
	s := newState()
	s.Seq = seq
	if d == nil {
		return s
	}
	s.OperationID, s.InitiatorID, s.Description, s.Labels = d.OperationID, d.InitiatorID, d.Description, d.Labels
	s.Start, s.Deadline, s.Phase, s.End = d.Start, instant(d.Deadline), d.Phase, instant(d.End)
	s.lastSession, s.lastCall, s.lastResource = d.LastSession, d.LastCall, d.LastResource
	s.Abort = (*Abort)(d.Abort)
	if f := d.Failure; f != nil {
		s.Failure = &Failure{f.Reason, f.CrashedCallIDs, f.Detected, f.Coordinator, instant(f.Removed)}
	}
	for _, p := range d.Participants {
		restored := Participant(p)
		s.participants = append(s.participants, &restored)
	}
	for _, v := range d.Sessions {
		restored := Session(v)
		s.sessions = s.sessions.Set(v.ID, &restored)
	}
	for _, f := range d.Frames {
		s.frames = s.frames.Set(f.CallID, &Frame{f.CallID, f.ParticipantID, f.SessionID, f.PID, f.Start,
			instant(f.Deadline), f.State, f.FailOnCrash, f.Spawned, f.Description, f.ParentCallID, f.Seq})
	}
	for _, r := range d.Resources {
		restored := Resource(r)
		s.resources = s.resources.Set(r.ID, &restored)
	}
	for _, o := range d.Finished {
		s.keepOutcome(&Outcome{o.CallID, o.ParticipantID, o.SessionID, o.Status, o.Result, o.Error,
			o.StackTrace, time.Duration(o.DurationMs) * time.Millisecond, o.Seq})
	}
	for _, r := range d.Requests {
		s.requests = s.requests.Set(r.ID, &r.Request)
		s.requestOrder = append(s.requestOrder, r.ID)
	}
	return s
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
