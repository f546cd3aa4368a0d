package rpc

import "encoding/json"

// Code is the numeric code of an error on the wire.
type Code int64

// JSON-RPC's and LSP's own codes.
const (
	// CodeParseError is malformed JSON.
	CodeParseError Code = -32700
	// CodeInvalidRequest is JSON that is not a request.
	CodeInvalidRequest Code = -32600
	// CodeMethodNotFound is a method this version does not have.
	CodeMethodNotFound Code = -32601
	// CodeInvalidParams is a wrong or missing field, named in data.field.
	CodeInvalidParams Code = -32602
	// CodeInternalError is a fault of the sidecar.
	CodeInternalError Code = -32603
	// CodeRequestCancelled answers a request that $/cancelRequest cancelled.
	CodeRequestCancelled Code = -32800
)

// The ledger's codes, grouped by noun.
const (
	// CodeNotInitialized is a request before initialize.
	CodeNotInitialized Code = 1001
	// CodeVersionMismatch is a client of another major protocol version.
	CodeVersionMismatch Code = 1002
	// CodeLimitExceeded is more than an announced limit allows.
	CodeLimitExceeded Code = 1003
	// CodeOverloaded is more requests at once than the connection may queue.
	CodeOverloaded Code = 1004
	// CodeUnauthorized is a client that is not allowed here.
	CodeUnauthorized Code = 1005
	// CodeNotSupported is a method this transport or system can't do.
	CodeNotSupported Code = 1006
	// CodeOperationNotFound is an unknown operation.
	CodeOperationNotFound Code = 2001
	// CodeOperationEnded is an operation that has completed.
	CodeOperationEnded Code = 2002
	// CodeOperationFailed is an operation that has failed or is failing.
	CodeOperationFailed Code = 2003
	// CodeOperationAborted is an operation whose abort flag forbids this.
	CodeOperationAborted Code = 2004
	// CodeNotInitiator is something only the initiator may do.
	CodeNotInitiator Code = 2005
	// CodeSessionNotActive is a session that isn't open or isn't the caller's.
	CodeSessionNotActive Code = 2006
	// CodeSessionLost is a session that was declared lost: its owner is fenced.
	CodeSessionLost Code = 2007
	// CodePendingCalls names open calls that stand in the way, in data.callIds.
	CodePendingCalls Code = 2008
	// CodeInvalidOperationID is an id that can't name an operation.
	CodeInvalidOperationID Code = 2009
	// CodeCallNotFound is an unknown call.
	CodeCallNotFound Code = 3001
	// CodeCallAlreadyCompleted is a call that has already ended.
	CodeCallAlreadyCompleted Code = 3002
	// CodeNotCallOwner is a call of another participant.
	CodeNotCallOwner Code = 3003
	// CodeCallIDInUse is a call id of the client's choosing that is taken.
	CodeCallIDInUse Code = 3004
	// CodeCallTimeout is a wait for a call that ran out of time.
	CodeCallTimeout Code = 3005
	// CodeInvalidPath is a path that can't be a temporary resource.
	CodeInvalidPath Code = 5001
	// CodeResourceNotFound is an unknown temporary resource.
	CodeResourceNotFound Code = 5002
	// CodeLockTimeout is a ledger that another process kept locked for too long.
	CodeLockTimeout Code = 6001
	// CodeStorageFailed is a disk that is full, read-only or failing.
	CodeStorageFailed Code = 6002
	// CodeCorrupt is a log that can't be read, with file, line and byte.
	CodeCorrupt Code = 6003
	// CodeFormatTooNew is a log written by a newer version.
	CodeFormatTooNew Code = 6004
)

// ErrorData is what a program can act on.
type ErrorData struct {
	// Code is the symbolic name of the error.
	Code string `json:"code"`
	// Field is the parameter that is wrong, as a dotted path.
	Field string `json:"field,omitempty"`
	// OperationID is the operation concerned.
	OperationID string `json:"operationId,omitempty"`
	// CallID is the call concerned.
	CallID string `json:"callId,omitempty"`
	// CallIDs are the calls concerned.
	CallIDs []string `json:"callIds,omitempty"`
	// SessionID is the session concerned.
	SessionID int64 `json:"sessionId,omitempty"`
	// ParticipantID is the participant concerned.
	ParticipantID string `json:"participantId,omitempty"`
	// ResourceID is the temporary resource concerned.
	ResourceID string `json:"resourceId,omitempty"`
	// Path is the file or directory concerned.
	Path string `json:"path,omitempty"`
	// Line is the line of a corrupt file, from 1.
	Line int64 `json:"line,omitempty"`
	// Byte is the byte offset in a corrupt file, from 0.
	Byte *int64 `json:"byte,omitempty"`
	// Limit is the limit that was exceeded.
	Limit int64 `json:"limit,omitempty"`
	// ServerVersion is the sidecar's protocol version, for versionMismatch.
	ServerVersion string `json:"serverVersion,omitempty"`
	// ClientVersion is the client's protocol version, for versionMismatch.
	ClientVersion string `json:"clientVersion,omitempty"`
}

// Error is an error on the wire.
type Error struct {
	// Code is the numeric code.
	Code Code `json:"code"`
	// Message is one English sentence that says what to do.
	Message string `json:"message"`
	// Data is what a program can act on. Raw, because JSON-RPC's own errors
	// from other servers may carry anything.
	Data json.RawMessage `json:"data,omitempty"`
}

// NewError makes an error whose data.code is the code's name.
func NewError(code Code, message string, data ErrorData) *Error {
	data.Code = code.String()
	raw, err := json.Marshal(data)
	if err != nil {
		raw = nil // strings and integers always marshal
	}
	return &Error{Code: code, Message: message, Data: raw}
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Details decodes the error's data. Data of another shape gives a zero value.
func (e *Error) Details() ErrorData {
	var d ErrorData
	if json.Unmarshal(e.Data, &d) != nil {
		return ErrorData{}
	}
	return d
}
