package ledger

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// ErrorCode is the symbolic name of an error; it is what a program compares.
type ErrorCode string

// The codes, as in the wire contract.
const (
	InvalidParams        ErrorCode = "invalidParams"
	LimitExceeded        ErrorCode = "limitExceeded"
	OperationNotFound    ErrorCode = "operationNotFound"
	OperationEnded       ErrorCode = "operationEnded"
	OperationFailed      ErrorCode = "operationFailed"
	OperationAborted     ErrorCode = "operationAborted"
	NotInitiator         ErrorCode = "notInitiator"
	SessionNotActive     ErrorCode = "sessionNotActive"
	SessionLost          ErrorCode = "sessionLost"
	PendingCalls         ErrorCode = "pendingCalls"
	InvalidOperationID   ErrorCode = "invalidOperationId"
	CallNotFound         ErrorCode = "callNotFound"
	CallAlreadyCompleted ErrorCode = "callAlreadyCompleted"
	NotCallOwner         ErrorCode = "notCallOwner"
	CallIDInUse          ErrorCode = "callIdInUse"
	CallTimeout          ErrorCode = "callTimeout"
	InvalidPath          ErrorCode = "invalidPath"
	ResourceNotFound     ErrorCode = "resourceNotFound"
	LockTimeout          ErrorCode = "lockTimeout"
	StorageFailed        ErrorCode = "storageFailed"
	Corrupt              ErrorCode = "corrupt"
	FormatTooNew         ErrorCode = "formatTooNew"
)

// Error is what every function of this package returns when something is not
// to be. Fields that don't concern the error are empty.
type Error struct {
	Code    ErrorCode
	Message string // one sentence that says what to do

	Field         string // the parameter that is wrong
	OperationID   string
	CallID        string
	CallIDs       []string
	SessionID     int64
	ParticipantID string
	ResourceID    string
	Path          string
	Line, Byte    int64 // in a corrupt file: line from 1, byte from 0
	Limit         int64

	cause error
}

// Error returns the message, with its cause if there is one.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.Message + ": " + e.cause.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// CodeOf returns the code of an error of this package, or "".
func CodeOf(err error) ErrorCode {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// storageError translates what a journal returns.
func storageError(operationID string, err error) error {
	var known *Error
	var bad *journal.CorruptError
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, journal.ErrNotFound):
		return operationNotFound(operationID)
	case errors.Is(err, journal.ErrLockTimeout):
		return &Error{Code: LockTimeout, OperationID: operationID, cause: err,
			Message: "another process kept the operation's lock for too long; try again, or look for a stopped process with tomledger doctor"}
	case errors.Is(err, journal.ErrFormatTooNew):
		return &Error{Code: FormatTooNew, OperationID: operationID, cause: err,
			Message: "a newer tomledger wrote this operation; update this one"}
	case errors.As(err, &bad):
		return &Error{Code: Corrupt, OperationID: operationID, Path: bad.Path, Line: bad.Line, Byte: bad.Byte, cause: err,
			Message: "the operation's log is damaged; tomledger check says what can be repaired"}
	default:
		return &Error{Code: StorageFailed, OperationID: operationID, cause: err,
			Message: "the ledger could not be read or written; look at its disk and permissions"}
	}
}

func operationNotFound(id string) error {
	return &Error{Code: OperationNotFound, OperationID: id,
		Message: fmt.Sprintf("there is no operation %q; tomledger ls lists them", clip(id))}
}

// MaxIDLength is how long an operation or call id may be, in bytes.
const MaxIDLength = 128

// ValidOperationID tells whether an id can name an operation. Colons are
// accepted for the ids of the Dart original; new ids have none.
func ValidOperationID(id string) error {
	if validName(id, MaxIDLength, "_.-:") {
		return nil
	}
	return &Error{Code: InvalidOperationID, OperationID: clip(id),
		Message: "an operation id begins with a letter or digit, then up to 127 letters, digits, '_', '.' and '-', without '..'"}
}

// ValidParticipantID tells whether an id can name a participant.
func ValidParticipantID(id string) error {
	if validName(id, 64, "_.-") {
		return nil
	}
	return &Error{Code: InvalidParams, Field: "participantId", ParticipantID: clip(id),
		Message: "a participantId begins with a letter or digit, then up to 63 letters, digits, '_', '.' and '-'"}
}

func validName(s string, limit int, punctuation string) bool {
	if s == "" || len(s) > limit || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		c := s[i]
		alnum := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !alnum && (i == 0 || strings.IndexByte(punctuation, c) < 0) {
			return false
		}
	}
	return true
}

// clip keeps an error message short when the offending value is not.
func clip(s string) string {
	if len(s) <= MaxIDLength {
		return s
	}
	return strings.ToValidUTF8(s[:MaxIDLength], "") + "..."
}
