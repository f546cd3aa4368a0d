package ledger

import (
	"encoding/json"
	"time"
)

// Document is an operation as people and programs read it: the content of
// operation.json. Nobody reads it back as truth.
type Document struct {
	OperationID        string                `json:"operationId"`
	InitiatorID        string                `json:"initiatorId"`
	Description        string                `json:"description,omitempty"`
	Labels             map[string]string     `json:"labels,omitempty"`
	StartTime          Stamp                 `json:"startTime"`
	Deadline           *Stamp                `json:"deadline,omitempty"`
	OperationState     Phase                 `json:"operationState"`
	Aborted            bool                  `json:"aborted"`
	Abort              *DocumentAbort        `json:"abort,omitempty"`
	LastHeartbeat      Stamp                 `json:"lastHeartbeat"`
	CallFrames         []DocumentFrame       `json:"callFrames"`
	TempResources      []DocumentResource    `json:"tempResources"`
	Participants       []DocumentParticipant `json:"participants"`
	Calls              []DocumentCall        `json:"calls"`
	DetectionTimestamp *Stamp                `json:"detectionTimestamp,omitempty"`
	RemovalTimestamp   *Stamp                `json:"removalTimestamp,omitempty"`
	EndTime            *Stamp                `json:"endTime,omitempty"`
	Failure            *DocumentFailure      `json:"failure,omitempty"`
	Seq                int64                 `json:"seq"`
}

// Stamp is a time in a document: RFC 3339, UTC, milliseconds.
type Stamp time.Time

// MarshalJSON writes the fixed-width form.
func (t Stamp) MarshalJSON() ([]byte, error) {
	return []byte(`"` + time.Time(t).UTC().Format(timeLayout) + `"`), nil
}

// UnmarshalJSON reads the fixed-width form.
func (t *Stamp) UnmarshalJSON(b []byte) error {
	v, err := time.Parse(`"`+timeLayout+`"`, string(b))
	*t = Stamp(v)
	return err
}

func optionalStamp(t time.Time) *Stamp {
	if t.IsZero() {
		return nil
	}
	s := Stamp(t)
	return &s
}

// DocumentAbort is the abort flag with its story.
type DocumentAbort struct {
	By             string   `json:"by"`
	Reason         string   `json:"reason,omitempty"`
	At             Stamp    `json:"at"`
	AcknowledgedBy []string `json:"acknowledgedBy"`
	Pending        []string `json:"pending"`
}

// DocumentFrame is an open call.
type DocumentFrame struct {
	CallID        string     `json:"callId"`
	ParticipantID string     `json:"participantId"`
	SessionID     int64      `json:"sessionId"`
	PID           int64      `json:"pid"`
	StartTime     Stamp      `json:"startTime"`
	LastHeartbeat Stamp      `json:"lastHeartbeat"`
	State         FrameState `json:"state"`
	FailOnCrash   bool       `json:"failOnCrash"`
	Description   string     `json:"description,omitempty"`
	ParentCallID  string     `json:"parentCallId,omitempty"`
	Spawned       bool       `json:"spawned"`
	Deadline      *Stamp     `json:"deadline,omitempty"`
	Resources     []string   `json:"resources"`
}

// DocumentResource is a registered resource.
type DocumentResource struct {
	ResourceID    string      `json:"resourceId"`
	Path          string      `json:"path,omitempty"`
	Process       *ProcessRef `json:"process,omitempty"`
	Owner         int64       `json:"owner"`
	ParticipantID string      `json:"participantId"`
	SessionID     int64       `json:"sessionId"`
	CallID        string      `json:"callId,omitempty"`
	Host          string      `json:"host"`
	RegisteredAt  Stamp       `json:"registeredAt"`
}

// DocumentParticipant is one who ever joined.
type DocumentParticipant struct {
	ParticipantID string           `json:"participantId"`
	SessionIDs    []int64          `json:"sessionIds"`
	PID           int64            `json:"pid"`
	Host          string           `json:"host"`
	State         ParticipantState `json:"state"`
	LastHeartbeat Stamp            `json:"lastHeartbeat"`
	Progress      *ProgressData    `json:"progress,omitempty"`
}

// DocumentCall is a call that has ended.
type DocumentCall struct {
	CallID     string     `json:"callId"`
	Status     CallStatus `json:"status"`
	DurationMs int64      `json:"durationMs"`
}

// DocumentFailure is why the operation failed.
type DocumentFailure struct {
	Reason         string   `json:"reason"`
	CrashedCallIDs []string `json:"crashedCallIds"`
}

// Document renders a state. Beats are the last signs of life by session, where
// the caller knows them; for the others it is when they joined.
func (s *State) Document(beats map[int64]time.Time) *Document {
	d := &Document{
		OperationID: s.OperationID, InitiatorID: s.InitiatorID, Description: s.Description, Labels: s.Labels,
		StartTime: Stamp(s.Start), Deadline: optionalStamp(s.Deadline), OperationState: s.Phase,
		Aborted: s.Abort != nil, Seq: s.Seq, EndTime: optionalStamp(s.End),
		CallFrames: []DocumentFrame{}, TempResources: []DocumentResource{},
		Participants: []DocumentParticipant{}, Calls: []DocumentCall{},
	}
	if a := s.Abort; a != nil {
		d.Abort = &DocumentAbort{a.By, a.Reason, Stamp(a.At), list(a.AcknowledgedBy), s.AbortPending()}
	}
	if f := s.Failure; f != nil {
		d.DetectionTimestamp, d.RemovalTimestamp = optionalStamp(f.Detected), optionalStamp(f.Removed)
		d.Failure = &DocumentFailure{f.Reason, list(f.CrashedCallIDs)}
	}
	sessions := s.Sessions()
	alive := func(session int64) time.Time { return lastSign(s, session, beats) }
	byCall := map[string][]string{}
	for _, r := range s.Resources() {
		d.TempResources = append(d.TempResources, DocumentResource{r.ID, r.Path, r.Process, r.PID,
			r.ParticipantID, r.SessionID, r.CallID, r.Host, Stamp(r.Registered)})
		byCall[r.CallID] = append(byCall[r.CallID], r.ID)
	}
	for _, f := range s.Frames() {
		d.CallFrames = append(d.CallFrames, DocumentFrame{f.CallID, f.ParticipantID, f.SessionID, f.PID, Stamp(f.Start),
			Stamp(alive(f.SessionID)), f.State, f.FailOnCrash, f.Description, f.ParentCallID, f.Spawned,
			optionalStamp(f.Deadline), list(byCall[f.CallID])})
	}
	newest := s.Start
	for _, p := range s.participants {
		v := DocumentParticipant{p.ID, []int64{}, p.PID, p.Host, p.State, Stamp(p.Joined), p.Progress}
		for _, session := range sessions {
			if session.ParticipantID == p.ID && session.Lost == nil {
				v.SessionIDs = append(v.SessionIDs, session.ID)
				v.LastHeartbeat = Stamp(later(time.Time(v.LastHeartbeat), alive(session.ID)))
			}
		}
		newest = later(newest, time.Time(v.LastHeartbeat))
		d.Participants = append(d.Participants, v)
	}
	d.LastHeartbeat = Stamp(newest)
	for _, o := range s.Finished() {
		d.Calls = append(d.Calls, DocumentCall{o.CallID, o.Status, o.Duration.Milliseconds()})
	}
	return d
}

// lastSign is a session's last sign of life, as far as is known.
func lastSign(s *State, session int64, beats map[int64]time.Time) time.Time {
	if beat, ok := beats[session]; ok {
		return beat
	}
	if v, ok := s.sessions.Get(session); ok {
		return v.Joined
	}
	return s.Start
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// list is never nil, because lists in documents are never null.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// indented is the document as it stands in operation.json.
func (d *Document) indented() []byte {
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil // plain data always marshals
	}
	return append(b, '\n')
}
