package rpc

import (
	"encoding/json"
	"time"
)

// ProtocolVersion is the version of the contract in this package, as
// major.minor. A client of another major version is refused with
// versionMismatch; a minor version only adds.
const ProtocolVersion = "1.0"

// RawJSON is any JSON value, passed on as it came.
type RawJSON = json.RawMessage

// Time is an instant on the wire: RFC 3339, UTC, with milliseconds.
type Time struct{ time.Time }

// timeLayout is fixed width, so that times sort as text.
const timeLayout = "2006-01-02T15:04:05.000Z"

// NewTime converts an instant to its wire form, cut to milliseconds.
func NewTime(t time.Time) Time { return Time{t.UTC().Truncate(time.Millisecond)} }

// MarshalJSON writes the fixed-width form.
func (t Time) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, len(timeLayout)+2)
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, timeLayout)
	return append(b, '"'), nil
}

// UnmarshalJSON accepts any RFC 3339 time.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return err
	}
	t.Time = v.UTC()
	return nil
}

// Empty is the parameter or result of a method that has none: {} on the wire.
type Empty struct{}

// OperationState is the phase of an operation's life.
type OperationState string

// The phases. Running and cleanup are live; failed and completed are ends.
const (
	// OperationRunning accepts work.
	OperationRunning OperationState = "running"
	// OperationCleanup has failed and is being cleaned up.
	OperationCleanup OperationState = "cleanup"
	// OperationFailed has failed and been archived.
	OperationFailed OperationState = "failed"
	// OperationCompleted was completed by its initiator and archived.
	OperationCompleted OperationState = "completed"
)

// FrameState is the state of a call that is in progress.
type FrameState string

// The states of a call frame.
const (
	// FrameActive is a call whose owner works on it.
	FrameActive FrameState = "active"
	// FrameCrashed is a call whose owner was lost.
	FrameCrashed FrameState = "crashed"
	// FrameCleaningUp is a call whose owner was asked to clean up.
	FrameCleaningUp FrameState = "cleaningUp"
	// FrameCleanedUp is a call whose owner has cleaned up.
	FrameCleanedUp FrameState = "cleanedUp"
)

// ParticipantState tells whether a participant is there.
type ParticipantState string

// The states of a participant.
const (
	// ParticipantAlive is connected and beats.
	ParticipantAlive ParticipantState = "alive"
	// ParticipantSuspect has been silent for longer than its threshold.
	ParticipantSuspect ParticipantState = "suspect"
	// ParticipantPaused is stopped, traced, frozen or asleep: no verdict.
	ParticipantPaused ParticipantState = "paused"
	// ParticipantLost was declared lost and is fenced.
	ParticipantLost ParticipantState = "lost"
	// ParticipantLeft has left all its sessions.
	ParticipantLeft ParticipantState = "left"
)

// CallStatus is how a call ended.
type CallStatus string

// The outcomes of a call.
const (
	// CallSucceeded ended with a result, its own or a fallback.
	CallSucceeded CallStatus = "succeeded"
	// CallFailed ended with an error.
	CallFailed CallStatus = "failed"
	// CallCrashed ended because its owner was lost.
	CallCrashed CallStatus = "crashed"
	// CallCancelled was cancelled.
	CallCancelled CallStatus = "cancelled"
	// CallUnknown is open, forgotten, or never was.
	CallUnknown CallStatus = "unknown"
)

// LogLevel is the level of a log line.
type LogLevel string

// The levels of log lines.
const (
	// LogDebug goes to the debug log only.
	LogDebug LogLevel = "debug"
	// LogInfo is the default.
	LogInfo LogLevel = "info"
	// LogWarning is for what a person should look at.
	LogWarning LogLevel = "warning"
	// LogError is for what went wrong.
	LogError LogLevel = "error"
)

// WaitCondition is something operation/wait can wait for.
type WaitCondition string

// The conditions of operation/wait.
const (
	// WaitAborted is reached when the abort flag is set.
	WaitAborted WaitCondition = "aborted"
	// WaitFailed is reached when the operation begins to fail.
	WaitFailed WaitCondition = "failed"
	// WaitCompleted is reached when the operation is completed.
	WaitCompleted WaitCondition = "completed"
	// WaitEnded is reached when the operation is completed or has failed.
	WaitEnded WaitCondition = "ended"
	// WaitTimeout is what operation/wait answers when timeoutMs ran out first.
	WaitTimeout WaitCondition = "timeout"
)

// Durability is what an acknowledged change survives.
type Durability string

// The durability settings.
const (
	// DurabilityProcess survives the death of any process.
	DurabilityProcess Durability = "process"
	// DurabilityBalanced additionally syncs what creates or ends an obligation
	// before it is acknowledged, and the rest within 100 ms.
	DurabilityBalanced Durability = "balanced"
	// DurabilityDisk syncs everything before it is acknowledged.
	DurabilityDisk Durability = "disk"
)

// CallFrame is a call in progress.
type CallFrame struct {
	// CallID names the call within its operation.
	CallID string `json:"callId"`
	// ParticipantID is the call's owner.
	ParticipantID string `json:"participantId"`
	// SessionID is the session that started the call.
	SessionID int64 `json:"sessionId"`
	// PID is the owner's process id on its host.
	PID int64 `json:"pid"`
	// StartTime is when the call was started.
	StartTime Time `json:"startTime"`
	// LastHeartbeat is the owner's last sign of life, as far as this engine knows.
	LastHeartbeat Time `json:"lastHeartbeat"`
	// State is the state of the call.
	State FrameState `json:"state"`
	// FailOnCrash tells whether the loss or failure of this call fails the operation.
	FailOnCrash bool `json:"failOnCrash"`
	// Description is the caller's own text.
	Description string `json:"description,omitempty"`
	// ParentCallID is the call this one was made from.
	ParentCallID string `json:"parentCallId,omitempty"`
	// Spawned tells a call that runs beside its caller from one it waits for.
	Spawned bool `json:"spawned"`
	// Deadline is when the call should have ended. This version does not act on it.
	Deadline *Time `json:"deadline,omitempty"`
	// Resources are the ids of the temporary resources registered for this call.
	Resources []string `json:"resources"`
}

// ProcessRef names a process on a host.
type ProcessRef struct {
	// PID is the process id.
	PID int64 `json:"pid"`
}

// TempResource is something that should not outlive its owner.
type TempResource struct {
	// ResourceID names the resource within its operation.
	ResourceID string `json:"resourceId"`
	// Path is the absolute path of a file or directory tree.
	Path string `json:"path,omitempty"`
	// Process is a process.
	Process *ProcessRef `json:"process,omitempty"`
	// Owner is the process id of the owner.
	Owner int64 `json:"owner"`
	// ParticipantID is the owner.
	ParticipantID string `json:"participantId"`
	// SessionID is the session that registered the resource.
	SessionID int64 `json:"sessionId"`
	// CallID is the call it was registered for.
	CallID string `json:"callId,omitempty"`
	// Host is the machine the resource is on.
	Host string `json:"host"`
	// RegisteredAt is when it was registered.
	RegisteredAt Time `json:"registeredAt"`
}

// Progress is how far a participant says it has come.
type Progress struct {
	// Percent is from 0 to 100.
	Percent *float64 `json:"percent,omitempty"`
	// Message is for people.
	Message string `json:"message,omitempty"`
}

// Participant is one who takes part in an operation.
type Participant struct {
	// ParticipantID names the participant.
	ParticipantID string `json:"participantId"`
	// SessionIDs are its open sessions.
	SessionIDs []int64 `json:"sessionIds"`
	// PID is the process id of its newest session.
	PID int64 `json:"pid"`
	// Host is the machine of its newest session.
	Host string `json:"host"`
	// State tells whether it is there.
	State ParticipantState `json:"state"`
	// LastHeartbeat is its last sign of life, as far as this engine knows.
	LastHeartbeat Time `json:"lastHeartbeat"`
	// Progress is what it last reported.
	Progress *Progress `json:"progress,omitempty"`
}

// Abort is the abort flag with its story.
type Abort struct {
	// By is the participant who asked.
	By string `json:"by"`
	// Reason is what it said.
	Reason string `json:"reason,omitempty"`
	// At is when.
	At Time `json:"at"`
	// AcknowledgedBy are the participants whose handlers have run.
	AcknowledgedBy []string `json:"acknowledgedBy"`
	// Pending are the participants who have not acknowledged yet.
	Pending []string `json:"pending"`
}

// Failure is why an operation failed.
type Failure struct {
	// Reason is one sentence.
	Reason string `json:"reason"`
	// CrashedCallIDs are the calls that failed or crashed.
	CrashedCallIDs []string `json:"crashedCallIds"`
}

// FinishedCall is a call that has ended.
type FinishedCall struct {
	// CallID names the call.
	CallID string `json:"callId"`
	// Status is how it ended.
	Status CallStatus `json:"status"`
	// DurationMs is how long it took.
	DurationMs int64 `json:"durationMs"`
}

// Document is an operation as a whole, now or as it was.
type Document struct {
	// OperationID names the operation.
	OperationID string `json:"operationId"`
	// InitiatorID is the participant who created it.
	InitiatorID string `json:"initiatorId"`
	// Description is the creator's own text.
	Description string `json:"description,omitempty"`
	// Labels are the creator's own key-value pairs.
	Labels map[string]string `json:"labels,omitempty"`
	// StartTime is when it was created.
	StartTime Time `json:"startTime"`
	// Deadline is when it should have ended. This version does not act on it.
	Deadline *Time `json:"deadline,omitempty"`
	// OperationState is the phase of its life.
	OperationState OperationState `json:"operationState"`
	// Aborted is the abort flag.
	Aborted bool `json:"aborted"`
	// Abort tells who asked and who has acknowledged.
	Abort *Abort `json:"abort,omitempty"`
	// LastHeartbeat is the newest sign of life of any participant.
	LastHeartbeat Time `json:"lastHeartbeat"`
	// CallFrames are the calls in progress, oldest first.
	CallFrames []CallFrame `json:"callFrames"`
	// TempResources are the registered resources, oldest first.
	TempResources []TempResource `json:"tempResources"`
	// Participants are all who ever joined, in order of joining.
	Participants []Participant `json:"participants"`
	// Calls are the most recently finished calls, oldest first.
	Calls []FinishedCall `json:"calls"`
	// DetectionTimestamp is when a failure was detected.
	DetectionTimestamp *Time `json:"detectionTimestamp,omitempty"`
	// RemovalTimestamp is when the cleanup after a failure was done.
	RemovalTimestamp *Time `json:"removalTimestamp,omitempty"`
	// EndTime is when the operation ended.
	EndTime *Time `json:"endTime,omitempty"`
	// Failure is why it failed.
	Failure *Failure `json:"failure,omitempty"`
	// Seq is the sequence number of the last event in this document.
	Seq int64 `json:"seq"`
}
