package ledger

import (
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Command is something to be done to an operation; A is the type of its answer.
// A command is decided on a state and yields events, or an error and nothing:
//
//	decide(state, command) -> events, answer | error
//
// Deciding is pure: time and randomness come in through env, so that a command
// can be decided again when another engine was faster.
type Command[A any] interface {
	decide(s *State, env *env) ([]EventData, A, error)
	by() By
	method() string // scopes the request key
}

// By is who gives a command, and part of every command.
type By struct {
	// ParticipantID is who speaks.
	ParticipantID string
	// SessionID is the session it speaks for, or 0 where none is needed.
	SessionID int64
	// RequestKey, if not empty, makes a repeated command of this participant
	// return the first answer instead of being done twice.
	RequestKey string
}

func (b By) by() By { return b }

// MaxRequestKeyBytes is how long a request key may be.
const MaxRequestKeyBytes = 128

// Limits bound what one operation may hold. The zero value means the defaults.
type Limits struct {
	OpenCalls int // 10,000
	Resources int // 10,000
	TextBytes int // 64 KiB: a description, reason, error or log message
	Labels    int // 64
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&l.OpenCalls, 10_000)
	set(&l.Resources, 10_000)
	set(&l.TextBytes, 64<<10)
	set(&l.Labels, 64)
	return l
}

// env is what deciding may know beside the state.
type env struct {
	now    time.Time
	host   string
	limits Limits
	random func() uint64
}

// callID makes an id like call_cli_7_a1b2. The counter makes it unique, the
// digits keep it from being guessed or confused with another operation's.
func (v *env) callID(s *State, participant string) string {
	const hex = "0123456789abcdef"
	r := v.random()
	b := make([]byte, 0, len(participant)+24)
	b = append(b, "call_"...)
	b = append(b, participant...)
	b = append(b, '_')
	b = strconv.AppendInt(b, s.lastCall+1, 10)
	return string(append(b, '_', hex[r&15], hex[r>>4&15], hex[r>>8&15], hex[r>>12&15]))
}

// checkText returns an error unless the log can hold the text, and does so as it is.
func (v *env) checkText(field, text string) error {
	if !utf8.ValidString(text) {
		return &Error{Code: InvalidParams, Field: field, Message: field + " must be UTF-8"}
	}
	if len(text) <= v.limits.TextBytes {
		return nil
	}
	return &Error{Code: LimitExceeded, Field: field, Limit: int64(v.limits.TextBytes),
		Message: fmt.Sprintf("%s has %d bytes and may have %d; shorten it, or put it into a file", field, len(text), v.limits.TextBytes)}
}

// live returns an error unless the operation is running.
func (s *State) live() error {
	switch s.Phase {
	case Running:
		return nil
	case Completed:
		return &Error{Code: OperationEnded, OperationID: s.OperationID, Message: "the operation has completed; create a new one"}
	default:
		reason := ""
		if s.Failure != nil {
			reason = ": " + clip(s.Failure.Reason)
		}
		return &Error{Code: OperationFailed, OperationID: s.OperationID, Message: "the operation has failed" + reason}
	}
}

// session finds the session a command speaks for.
func (s *State) session(b By) (*Session, error) {
	session, ok := s.sessions.Get(b.SessionID)
	switch {
	case ok && session.Lost != nil && session.ParticipantID == b.ParticipantID:
		return nil, &Error{Code: SessionLost, OperationID: s.OperationID, SessionID: b.SessionID, ParticipantID: b.ParticipantID,
			Message: "this session was declared lost and its calls were cleaned up; join the operation again"}
	case ok && session.ParticipantID == b.ParticipantID:
		return session, nil
	default:
		return nil, &Error{Code: SessionNotActive, OperationID: s.OperationID, SessionID: b.SessionID, ParticipantID: b.ParticipantID,
			Message: "the caller has no such open session on this operation; join it first"}
	}
}

// active is what most commands need: a running operation and an open session.
func (s *State) active(b By) (*Session, error) {
	if err := s.live(); err != nil {
		return nil, err
	}
	return s.session(b)
}

// ownFrame finds an open call of the caller's participant.
func (s *State) ownFrame(b By, callID string) (*Frame, error) {
	f, err := s.openFrameNamed(callID)
	if err != nil {
		return nil, err
	}
	if f.ParticipantID != b.ParticipantID {
		return nil, &Error{Code: NotCallOwner, OperationID: s.OperationID, CallID: callID, ParticipantID: f.ParticipantID,
			Message: fmt.Sprintf("the call belongs to %q; only its owner ends it, others may cancel it", f.ParticipantID)}
	}
	return f, nil
}

func (s *State) openFrameNamed(callID string) (*Frame, error) {
	if f, ok := s.frames.Get(callID); ok {
		return f, nil
	}
	if o, ok := s.finished.Get(callID); ok {
		return nil, &Error{Code: CallAlreadyCompleted, OperationID: s.OperationID, CallID: callID,
			Message: fmt.Sprintf("the call has already ended (%s)", o.Status)}
	}
	return nil, &Error{Code: CallNotFound, OperationID: s.OperationID, CallID: clip(callID),
		Message: "there is no such call in this operation"}
}

func pendingCalls(s *State, frames []*Frame, advice string) error {
	ids := callIDs(frames)
	return &Error{Code: PendingCalls, OperationID: s.OperationID, CallIDs: ids,
		Message: fmt.Sprintf("calls are still open (%d, the oldest is %s): %s", len(ids), clip(ids[0]), advice)}
}

// sortedKeys lists a map's keys in order, so that what is checked first does
// not depend on chance.
func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Done is the answer of commands that have nothing to say.
type Done struct{}
