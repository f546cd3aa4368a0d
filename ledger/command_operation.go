package ledger

import (
	"fmt"
	"slices"
	"time"
)

// CreateOperation begins an operation; its participant becomes the initiator
// and gets session 1. It is given to [Engine.Create].
type CreateOperation struct {
	By
	OperationID string // chosen by the engine
	Description string
	Labels      map[string]string
	Deadline    time.Duration // 0: none
	PID         int64
	Connection  string // see LeaveOperation
	Resume      string // see ResumeSession
}

// Joined is the answer to creating and joining.
type Joined struct {
	OperationID string    `json:"operationId"`
	SessionID   int64     `json:"sessionId"`
	Initiator   bool      `json:"initiator"`
	Start       time.Time `json:"start"`
	Aborted     bool      `json:"aborted"`
	Phase       Phase     `json:"phase"`
}

func (CreateOperation) method() string { return "operation/create" }

func (c CreateOperation) decide(s *State, env *env) ([]EventData, Joined, error) {
	if err := env.checkText("description", c.Description); err != nil {
		return nil, Joined{}, err
	}
	if len(c.Labels) > env.limits.Labels {
		return nil, Joined{}, &Error{Code: LimitExceeded, Field: "labels", Limit: int64(env.limits.Labels),
			Message: fmt.Sprintf("an operation may have %d labels", env.limits.Labels)}
	}
	for _, k := range sortedKeys(c.Labels) {
		if err := env.checkText("labels."+clip(k), k+c.Labels[k]); err != nil {
			return nil, Joined{}, err
		}
	}
	if c.Deadline < 0 {
		return nil, Joined{}, negative("deadlineMs")
	}
	created := &CreatedData{OperationID: c.OperationID, InitiatorID: c.ParticipantID, Description: c.Description,
		Labels: c.Labels, DeadlineMs: c.Deadline.Milliseconds()}
	joined := &JoinedData{PID: c.PID, Host: env.host, Connection: c.Connection, Resume: c.Resume}
	return []EventData{created, joined}, Joined{OperationID: c.OperationID, SessionID: 1, Initiator: true,
		Start: env.now, Phase: Running}, nil
}

func negative(field string) error {
	return &Error{Code: InvalidParams, Field: field, Message: field + " must not be negative"}
}

// JoinOperation opens a session.
type JoinOperation struct {
	By
	PID        int64
	Connection string // see LeaveOperation
	Resume     string // see ResumeSession
}

func (JoinOperation) method() string { return "operation/join" }

func (c JoinOperation) decide(s *State, env *env) ([]EventData, Joined, error) {
	if err := s.live(); err != nil {
		return nil, Joined{}, err
	}
	if err := ValidParticipantID(c.ParticipantID); err != nil {
		return nil, Joined{}, err
	}
	joined := &JoinedData{PID: c.PID, Host: env.host, Connection: c.Connection, Resume: c.Resume}
	return []EventData{joined}, Joined{OperationID: s.OperationID,
		SessionID: s.lastSession + 1, Initiator: c.ParticipantID == s.InitiatorID, Start: s.Start,
		Aborted: s.Abort != nil, Phase: s.Phase}, nil
}

// ResumeSession moves an open session to the connection that gives the command,
// perhaps on another engine, after the old connection broke.
type ResumeSession struct {
	By
	PID        int64
	Connection string // see LeaveOperation
	// Resume must be what the session was joined with.
	Resume string
}

func (ResumeSession) method() string { return "engine/resume" }

func (c ResumeSession) decide(s *State, env *env) ([]EventData, Done, error) {
	session, err := s.active(c.By)
	if err != nil {
		return nil, Done{}, err
	}
	if session.Resume == "" || session.Resume != c.Resume {
		return nil, Done{}, &Error{Code: SessionNotActive, OperationID: s.OperationID, SessionID: c.SessionID,
			Message: "the resume token is not that of this session; join the operation again"}
	}
	return []EventData{&ResumedData{PID: c.PID, Host: env.host, Connection: c.Connection}}, Done{}, nil
}

// AdoptSession moves an open session to the connection that has repeated the
// request which opened it: that the answer was for an earlier connection, which
// is gone, nobody but the request key tells.
type AdoptSession struct {
	By
	PID        int64
	Connection string
	Resume     string // replaces what the session was joined with
}

func (AdoptSession) method() string { return "engine/adopt" }

func (c AdoptSession) decide(s *State, env *env) ([]EventData, Done, error) {
	session, err := s.active(c.By)
	if err != nil || session.Connection == c.Connection {
		return nil, Done{}, err
	}
	return []EventData{&ResumedData{PID: c.PID, Host: env.host, Connection: c.Connection, Resume: c.Resume}}, Done{}, nil
}

// LeaveOperation closes a session. It is allowed while the operation is being
// cleaned up, too.
type LeaveOperation struct {
	By
	// CancelPendingCalls cancels the session's open calls instead of refusing.
	CancelPendingCalls bool
	// Reason is recorded where a session is not left by its participant's wish.
	Reason string
	// Connection, if not empty, leaves nothing unless the session is still that
	// connection's: a broken one must not take with it what another resumed.
	Connection string
}

func (LeaveOperation) method() string { return "operation/leave" }

func (c LeaveOperation) decide(s *State, _ *env) ([]EventData, Done, error) {
	if s.Phase != Cleanup {
		if err := s.live(); err != nil {
			return nil, Done{}, err
		}
	}
	session, err := s.session(c.By)
	if err != nil {
		return nil, Done{}, err
	}
	if c.Connection != "" && c.Connection != session.Connection {
		return nil, Done{}, nil
	}
	open := s.framesOf(c.SessionID)
	if len(open) > 0 && !c.CancelPendingCalls {
		return nil, Done{}, pendingCalls(s, open, "end them first, or leave with cancelPendingCalls")
	}
	return []EventData{&LeftData{CancelledCallIDs: callIDs(open), Reason: c.Reason}}, Done{}, nil
}

// CompleteOperation ends the operation successfully.
type CompleteOperation struct {
	By
	// Force cancels the open calls of others instead of refusing.
	Force bool
}

func (CompleteOperation) method() string { return "operation/complete" }

func (c CompleteOperation) decide(s *State, _ *env) ([]EventData, Done, error) {
	if _, err := s.active(c.By); err != nil {
		return nil, Done{}, err
	}
	if c.ParticipantID != s.InitiatorID {
		return nil, Done{}, &Error{Code: NotInitiator, OperationID: s.OperationID, ParticipantID: s.InitiatorID,
			Message: fmt.Sprintf("only the initiator, %q, completes the operation; leave it instead", s.InitiatorID)}
	}
	open := s.Frames()
	others := slices.DeleteFunc(slices.Clone(open), func(f *Frame) bool { return f.ParticipantID == c.ParticipantID })
	if len(others) > 0 && !c.Force {
		return nil, Done{}, pendingCalls(s, others, "wait for them, or complete with force")
	}
	return []EventData{&CompletedData{CancelledCallIDs: callIDs(open)}}, Done{}, nil
}

// FailOperation begins the failure of an operation.
type FailOperation struct {
	By
	Reason string
}

func (FailOperation) method() string { return "operation/fail" }

func (c FailOperation) decide(s *State, env *env) ([]EventData, Done, error) {
	if _, err := s.active(c.By); err != nil {
		return nil, Done{}, err
	}
	if err := env.checkText("reason", c.Reason); err != nil {
		return nil, Done{}, err
	}
	return []EventData{&CleanupStartedData{Reason: c.Reason}}, Done{}, nil
}

// SetAbort sets or clears the abort flag. It needs no session: anyone on the
// machine may pull the brake.
type SetAbort struct {
	By
	Value  bool
	Reason string
}

func (SetAbort) method() string { return "operation/abort" }

func (c SetAbort) decide(s *State, env *env) ([]EventData, Done, error) {
	if err := s.live(); err != nil {
		return nil, Done{}, err
	}
	if err := env.checkText("reason", c.Reason); err != nil {
		return nil, Done{}, err
	}
	if c.Value == (s.Abort != nil) {
		return nil, Done{}, nil // it is as wished: who asked first stays on record
	}
	return []EventData{&AbortData{Value: c.Value, Reason: c.Reason}}, Done{}, nil
}

// AcknowledgeAbort tells that a participant's abort handlers have run.
type AcknowledgeAbort struct{ By }

func (AcknowledgeAbort) method() string { return "operation/ackAbort" }

func (c AcknowledgeAbort) decide(s *State, _ *env) ([]EventData, Done, error) {
	if _, err := s.active(c.By); err != nil {
		return nil, Done{}, err
	}
	if s.Abort == nil || slices.Contains(s.Abort.AcknowledgedBy, c.ParticipantID) {
		return nil, Done{}, nil
	}
	return []EventData{&AcknowledgedData{}}, Done{}, nil
}

// WriteLog writes a line into the operation's log.
type WriteLog struct {
	By
	Message string
	Level   LogLevel // info, if empty
}

func (WriteLog) method() string { return "operation/log" }

func (c WriteLog) decide(s *State, env *env) ([]EventData, Done, error) {
	if _, err := s.active(c.By); err != nil {
		return nil, Done{}, err
	}
	if err := env.checkText("message", c.Message); err != nil {
		return nil, Done{}, err
	}
	switch c.Level {
	case "":
		c.Level = LevelInfo
	case LevelDebug, LevelInfo, LevelWarning, LevelError:
	default:
		return nil, Done{}, &Error{Code: InvalidParams, Field: "level", Message: "level is debug, info, warning or error"}
	}
	return []EventData{&LoggedData{Message: c.Message, Level: c.Level}}, Done{}, nil
}

// ReportProgress records how far a participant has come, if that is news.
type ReportProgress struct {
	By
	Percent *float64
	Message string
}

func (ReportProgress) method() string { return "operation/heartbeat" }

func (c ReportProgress) decide(s *State, env *env) ([]EventData, Done, error) {
	if _, err := s.active(c.By); err != nil {
		return nil, Done{}, err
	}
	if c.Percent != nil && !(*c.Percent >= 0 && *c.Percent <= 100) {
		return nil, Done{}, &Error{Code: InvalidParams, Field: "progress.percent", Message: "progress.percent must be from 0 to 100"}
	}
	if err := env.checkText("progress.message", c.Message); err != nil {
		return nil, Done{}, err
	}
	p := s.participant(c.ParticipantID)
	if p != nil && p.Progress != nil && p.Progress.Message == c.Message && samePercent(p.Progress.Percent, c.Percent) {
		return nil, Done{}, nil
	}
	return []EventData{&ProgressData{Percent: c.Percent, Message: c.Message}}, Done{}, nil
}

func samePercent(a, b *float64) bool {
	return a == b || a != nil && b != nil && *a == *b
}
