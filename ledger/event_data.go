package ledger

import "encoding/json"

// EventData is what happened: one type for each kind of event. The set is
// closed; the types are what stands on disk.
type EventData interface{ eventType() EventType }

// CreatedData begins an operation.
type CreatedData struct {
	OperationID string            `json:"operationId"`
	InitiatorID string            `json:"initiatorId"`
	Description string            `json:"description,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	DeadlineMs  int64             `json:"deadlineMs,omitempty"`
}

// JoinedData opens a session.
type JoinedData struct {
	PID  int64  `json:"pid"`
	Host string `json:"host"`
	// Connection is who holds the session; see [LeaveOperation].
	Connection string `json:"connection,omitempty"`
	// Resume proves who may take the session over; see [ResumeSession].
	Resume string `json:"resume,omitempty"`
}

// ResumedData moves a session to another connection, perhaps of another engine.
type ResumedData struct {
	PID        int64  `json:"pid"`
	Host       string `json:"host"`
	Connection string `json:"connection,omitempty"`
	// Resume replaces what the session was joined with, if it is not empty.
	Resume string `json:"resume,omitempty"`
}

// LeftData closes a session. Its calls that were open are cancelled.
type LeftData struct {
	CancelledCallIDs []string `json:"cancelledCallIds,omitempty"`
	Reason           string   `json:"reason,omitempty"`
}

// ProgressData is what a participant says of its progress.
type ProgressData struct {
	Percent *float64 `json:"percent,omitempty"`
	Message string   `json:"message,omitempty"`
}

// CallStartedData opens a call.
type CallStartedData struct {
	CallID       string `json:"callId"`
	Description  string `json:"description,omitempty"`
	FailOnCrash  bool   `json:"failOnCrash"`
	Spawned      bool   `json:"spawned,omitempty"`
	ParentCallID string `json:"parentCallId,omitempty"`
	DeadlineMs   int64  `json:"deadlineMs,omitempty"`
}

// CallEndedData ends a call with its result.
type CallEndedData struct {
	CallID     string          `json:"callId"`
	Result     json.RawMessage `json:"result,omitempty"`
	DurationMs int64           `json:"durationMs"`
}

// CallFailedData ends a call with an error, or, if there is a fallback, with that.
type CallFailedData struct {
	CallID     string          `json:"callId"`
	Error      string          `json:"error"`
	StackTrace string          `json:"stackTrace,omitempty"`
	Fallback   json.RawMessage `json:"fallback,omitempty"`
	DurationMs int64           `json:"durationMs"`
}

// CancelRequestedData asks the owner of a call to give it up.
type CancelRequestedData struct {
	CallID string `json:"callId"`
	Reason string `json:"reason,omitempty"`
}

// CallLostData ends the calls of a lost session without failing the operation.
type CallLostData struct {
	CallIDs []string `json:"callIds"`
}

// FrameCreatedData opens a frame whose id the client chose.
type FrameCreatedData struct {
	CallID string `json:"callId"`
}

// FrameDeletedData removes such a frame.
type FrameDeletedData struct {
	CallID     string `json:"callId"`
	DurationMs int64  `json:"durationMs"`
}

// RegisteredData puts a resource into the ledger's care.
type RegisteredData struct {
	ResourceID string      `json:"resourceId"`
	Path       string      `json:"path,omitempty"`
	Process    *ProcessRef `json:"process,omitempty"`
	CallID     string      `json:"callId,omitempty"`
	Host       string      `json:"host"`
	PID        int64       `json:"pid"`
}

// ProcessRef names a process on a host.
type ProcessRef struct {
	PID int64 `json:"pid"`
}

// ReleasedData takes a resource out of the ledger's care.
type ReleasedData struct {
	ResourceID string `json:"resourceId"`
}

// CleanedData records that a resource was cleaned, or why it was not.
type CleanedData struct {
	ResourceID string `json:"resourceId"`
	// Problem is empty when what the resource names is gone.
	Problem string `json:"problem,omitempty"`
}

// LoggedData is a line of a participant's own.
type LoggedData struct {
	Message string   `json:"message"`
	Level   LogLevel `json:"level"`
}

// LogLevel is the level of a log line.
type LogLevel string

// The levels of log lines.
const (
	LevelDebug   LogLevel = "debug"
	LevelInfo    LogLevel = "info"
	LevelWarning LogLevel = "warning"
	LevelError   LogLevel = "error"
)

// AbortData sets or clears the abort flag.
type AbortData struct {
	Value  bool   `json:"value"`
	Reason string `json:"reason,omitempty"`
}

// AcknowledgedData tells that a participant's abort handlers have run.
type AcknowledgedData struct{}

// SuspectedData tells that a participant has been silent for too long, or,
// with Paused, that there is a reason for its silence.
type SuspectedData struct {
	SilentMs int64  `json:"silentMs"`
	Paused   bool   `json:"paused,omitempty"`
	Detail   string `json:"detail,omitempty"`
}

// RecoveredData tells that a suspect has given a sign of life.
type RecoveredData struct{}

// Evidence is why a participant was declared lost.
type Evidence struct {
	// Kind is connectionLost, exited, signaled, hung or engineLost.
	Kind     string `json:"kind"`
	ExitCode *int64 `json:"exitCode,omitempty"`
	Signal   string `json:"signal,omitempty"`
	Detail   string `json:"detail,omitempty"`
}

// LostData declares a session lost. Its frames become crashed.
type LostData struct {
	Evidence Evidence `json:"evidence"`
}

// CleanupStartedData begins the end of an operation that fails.
type CleanupStartedData struct {
	Reason         string   `json:"reason"`
	CrashedCallIDs []string `json:"crashedCallIds,omitempty"`
}

// FrameCleanedData tells that a session has cleaned up for these calls.
type FrameCleanedData struct {
	CallIDs []string `json:"callIds"`
}

// FailedData ends an operation that failed.
type FailedData struct{}

// CompletedData ends an operation that succeeded. Calls that were still open
// are cancelled.
type CompletedData struct {
	CancelledCallIDs []string `json:"cancelledCallIds,omitempty"`
}

// SnapshotData is the whole state, so that replay can begin here.
type SnapshotData struct {
	State *savedState `json:"state"`
}

// UnknownData is what a later version of this format wrote: kept and skipped.
type UnknownData struct {
	Type EventType
	Raw  json.RawMessage
}

func (*CreatedData) eventType() EventType         { return TypeOperationCreated }
func (*JoinedData) eventType() EventType          { return TypeParticipantJoined }
func (*LeftData) eventType() EventType            { return TypeSessionLeft }
func (*ResumedData) eventType() EventType         { return TypeSessionResumed }
func (*ProgressData) eventType() EventType        { return TypeProgressReported }
func (*CallStartedData) eventType() EventType     { return TypeCallStarted }
func (*CallEndedData) eventType() EventType       { return TypeCallEnded }
func (*CallFailedData) eventType() EventType      { return TypeCallFailed }
func (*CancelRequestedData) eventType() EventType { return TypeCallCancelRequested }
func (*CallLostData) eventType() EventType        { return TypeCallLost }
func (*FrameCreatedData) eventType() EventType    { return TypeFrameCreated }
func (*FrameDeletedData) eventType() EventType    { return TypeFrameDeleted }
func (*RegisteredData) eventType() EventType      { return TypeResourceRegistered }
func (*ReleasedData) eventType() EventType        { return TypeResourceReleased }
func (*CleanedData) eventType() EventType         { return TypeResourceCleaned }
func (*LoggedData) eventType() EventType          { return TypeLogged }
func (*AbortData) eventType() EventType           { return TypeAbortSet }
func (*AcknowledgedData) eventType() EventType    { return TypeAbortAcknowledged }
func (*SuspectedData) eventType() EventType       { return TypeParticipantSuspected }
func (*RecoveredData) eventType() EventType       { return TypeParticipantRecovered }
func (*LostData) eventType() EventType            { return TypeParticipantLost }
func (*CleanupStartedData) eventType() EventType  { return TypeCleanupStarted }
func (*FrameCleanedData) eventType() EventType    { return TypeFrameCleaned }
func (*FailedData) eventType() EventType          { return TypeOperationFailed }
func (*CompletedData) eventType() EventType       { return TypeOperationCompleted }
func (*SnapshotData) eventType() EventType        { return TypeSnapshot }
func (d *UnknownData) eventType() EventType       { return d.Type }

// newData returns an empty value for a kind of event, or nil for an unknown one.
func newData(t EventType) EventData {
	switch t {
	case TypeOperationCreated:
		return new(CreatedData)
	case TypeParticipantJoined:
		return new(JoinedData)
	case TypeSessionResumed:
		return new(ResumedData)
	case TypeSessionLeft:
		return new(LeftData)
	case TypeProgressReported:
		return new(ProgressData)
	case TypeCallStarted:
		return new(CallStartedData)
	case TypeCallEnded:
		return new(CallEndedData)
	case TypeCallFailed:
		return new(CallFailedData)
	case TypeCallCancelRequested:
		return new(CancelRequestedData)
	case TypeCallLost:
		return new(CallLostData)
	case TypeFrameCreated:
		return new(FrameCreatedData)
	case TypeFrameDeleted:
		return new(FrameDeletedData)
	case TypeResourceRegistered:
		return new(RegisteredData)
	case TypeResourceReleased:
		return new(ReleasedData)
	case TypeResourceCleaned:
		return new(CleanedData)
	case TypeLogged:
		return new(LoggedData)
	case TypeAbortSet:
		return new(AbortData)
	case TypeAbortAcknowledged:
		return new(AcknowledgedData)
	case TypeParticipantSuspected:
		return new(SuspectedData)
	case TypeParticipantRecovered:
		return new(RecoveredData)
	case TypeParticipantLost:
		return new(LostData)
	case TypeCleanupStarted:
		return new(CleanupStartedData)
	case TypeFrameCleaned:
		return new(FrameCleanedData)
	case TypeOperationFailed:
		return new(FailedData)
	case TypeOperationCompleted:
		return new(CompletedData)
	case TypeSnapshot:
		return new(SnapshotData)
	default:
		return nil
	}
}
