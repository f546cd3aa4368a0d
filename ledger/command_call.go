package ledger

import (
	"encoding/json"
	"fmt"
	"time"
)

// StartCall opens a call.
type StartCall struct {
	By
	Description  string
	FailOnCrash  bool
	Spawned      bool
	ParentCallID string
	Deadline     time.Duration // 0: none
}

// CallStarted is the answer to StartCall.
type CallStarted struct {
	CallID string    `json:"callId"`
	Start  time.Time `json:"start"`
}

func (StartCall) method() string { return "call/start" }

func (c StartCall) decide(s *State, env *env) ([]EventData, CallStarted, error) {
	if err := s.mayOpenFrame(c.By, env); err != nil {
		return nil, CallStarted{}, err
	}
	if err := env.checkText("description", c.Description); err != nil {
		return nil, CallStarted{}, err
	}
	if c.Deadline < 0 {
		return nil, CallStarted{}, negative("deadlineMs")
	}
	if c.ParentCallID != "" {
		_, open := s.frames.Get(c.ParentCallID)
		_, ended := s.finished.Get(c.ParentCallID)
		if !open && !ended {
			return nil, CallStarted{}, &Error{Code: CallNotFound, OperationID: s.OperationID, CallID: clip(c.ParentCallID),
				Field: "parentCallId", Message: "there is no call parentCallId in this operation"}
		}
	}
	d := &CallStartedData{CallID: env.callID(s, c.ParticipantID), Description: c.Description, FailOnCrash: c.FailOnCrash,
		Spawned: c.Spawned, ParentCallID: c.ParentCallID, DeadlineMs: c.Deadline.Milliseconds()}
	return []EventData{d}, CallStarted{CallID: d.CallID, Start: env.now}, nil
}

// mayOpenFrame tells whether a new call is allowed: not in an aborted
// operation, where what is open unwinds and nothing new begins.
func (s *State) mayOpenFrame(b By, env *env) error {
	if _, err := s.active(b); err != nil {
		return err
	}
	if s.Abort != nil {
		return &Error{Code: OperationAborted, OperationID: s.OperationID, ParticipantID: s.Abort.By,
			Message: fmt.Sprintf("%q has aborted the operation; end what is open", s.Abort.By)}
	}
	if s.frames.Len() >= env.limits.OpenCalls {
		return &Error{Code: LimitExceeded, OperationID: s.OperationID, Limit: int64(env.limits.OpenCalls),
			Message: fmt.Sprintf("%d calls are open, as many as may be; end some first", s.frames.Len())}
	}
	return nil
}

// CallClosed is the answer to what ends a call.
type CallClosed struct {
	Duration time.Duration `json:"duration"`
}

// EndCall ends a call with its result.
type EndCall struct {
	By
	CallID string
	Result json.RawMessage
}

func (EndCall) method() string { return "call/end" }

func (c EndCall) decide(s *State, env *env) ([]EventData, CallClosed, error) {
	f, err := s.activeFrame(c.By, c.CallID)
	if err != nil {
		return nil, CallClosed{}, err
	}
	result, err := logForm("result", c.Result)
	if err != nil {
		return nil, CallClosed{}, err
	}
	took := since(f, env)
	return []EventData{&CallEndedData{CallID: c.CallID, Result: result, DurationMs: took.Milliseconds()}}, CallClosed{took}, nil
}

func (s *State) activeFrame(b By, callID string) (*Frame, error) {
	if _, err := s.active(b); err != nil {
		return nil, err
	}
	return s.ownFrame(b, callID)
}

// logForm gives JSON of a client's the form in which the log holds it, so that who
// decides an event and who reads it remember the same bytes.
func logForm(field string, value json.RawMessage) (json.RawMessage, error) {
	if len(value) == 0 {
		return nil, nil
	}
	form, err := json.Marshal(value)
	if err != nil {
		return nil, &Error{Code: InvalidParams, Field: field, Message: field + " must be JSON", cause: err}
	}
	return form, nil
}

func since(f *Frame, env *env) time.Duration { return max(0, env.now.Sub(f.Start)) }

// FailCall ends a call with an error, or with a fallback.
type FailCall struct {
	By
	CallID     string
	Error      string
	StackTrace string
	Fallback   json.RawMessage // not nil: the call succeeds with it
}

func (FailCall) method() string { return "call/fail" }

func (c FailCall) decide(s *State, env *env) ([]EventData, CallClosed, error) {
	f, err := s.activeFrame(c.By, c.CallID)
	if err != nil {
		return nil, CallClosed{}, err
	}
	if err := env.checkText("error", c.Error); err != nil {
		return nil, CallClosed{}, err
	}
	if err := env.checkText("stackTrace", c.StackTrace); err != nil {
		return nil, CallClosed{}, err
	}
	fallback, err := logForm("fallback", c.Fallback)
	if err != nil {
		return nil, CallClosed{}, err
	}
	took := since(f, env)
	events := []EventData{&CallFailedData{CallID: c.CallID, Error: c.Error, StackTrace: c.StackTrace,
		Fallback: fallback, DurationMs: took.Milliseconds()}}
	if f.FailOnCrash && fallback == nil {
		events = append(events, &CleanupStartedData{CrashedCallIDs: []string{c.CallID},
			Reason: fmt.Sprintf("call %s of %s failed: %s", c.CallID, c.ParticipantID, clip(c.Error))})
	}
	return events, CallClosed{took}, nil
}

// CancelCall asks the owner of a call to give it up.
type CancelCall struct {
	By
	CallID string
	Reason string
}

func (CancelCall) method() string { return "call/cancel" }

func (c CancelCall) decide(s *State, env *env) ([]EventData, Done, error) {
	if _, err := s.active(c.By); err != nil {
		return nil, Done{}, err
	}
	if err := env.checkText("reason", c.Reason); err != nil {
		return nil, Done{}, err
	}
	if _, err := s.openFrameNamed(c.CallID); err != nil {
		return nil, Done{}, err
	}
	return []EventData{&CancelRequestedData{CallID: c.CallID, Reason: c.Reason}}, Done{}, nil
}

// CreateFrame opens a call frame with an id of the client's choosing.
type CreateFrame struct {
	By
	CallID string
}

func (CreateFrame) method() string { return "callframe/create" }

func (c CreateFrame) decide(s *State, env *env) ([]EventData, Done, error) {
	if !validName(c.CallID, MaxIDLength, "_.-:") {
		return nil, Done{}, &Error{Code: InvalidParams, Field: "callId", CallID: clip(c.CallID),
			Message: "a callId begins with a letter or digit, then up to 127 letters, digits, '_', '.', '-' and ':', without '..'"}
	}
	if err := s.mayOpenFrame(c.By, env); err != nil {
		return nil, Done{}, err
	}
	if _, taken := s.frames.Get(c.CallID); taken {
		return nil, Done{}, &Error{Code: CallIDInUse, OperationID: s.OperationID, CallID: c.CallID,
			Message: "a call with this id is open; choose another"}
	}
	return []EventData{&FrameCreatedData{CallID: c.CallID}}, Done{}, nil
}

// DeleteFrame removes a call frame.
type DeleteFrame struct {
	By
	CallID string
}

// Removed tells whether there was something to remove.
type Removed struct {
	Removed bool `json:"removed"`
}

func (DeleteFrame) method() string { return "callframe/delete" }

func (c DeleteFrame) decide(s *State, env *env) ([]EventData, Removed, error) {
	if _, err := s.active(c.By); err != nil {
		return nil, Removed{}, err
	}
	if _, open := s.frames.Get(c.CallID); !open {
		return nil, Removed{false}, nil
	}
	f, err := s.ownFrame(c.By, c.CallID)
	if err != nil {
		return nil, Removed{}, err
	}
	return []EventData{&FrameDeletedData{CallID: c.CallID, DurationMs: since(f, env).Milliseconds()}}, Removed{true}, nil
}
