package ledger

import (
	"encoding/json"
	"time"
)

// EventType names a kind of event, as it stands in the log.
type EventType string

// The kinds of events.
const (
	TypeOperationCreated     EventType = "operation_created"
	TypeParticipantJoined    EventType = "participant_joined"
	TypeSessionLeft          EventType = "session_left"
	TypeSessionResumed       EventType = "session_resumed"
	TypeProgressReported     EventType = "progress_reported"
	TypeCallStarted          EventType = "call_started"
	TypeCallEnded            EventType = "call_ended"
	TypeCallFailed           EventType = "call_failed"
	TypeCallCancelRequested  EventType = "call_cancel_requested"
	TypeCallLost             EventType = "call_lost"
	TypeFrameCreated         EventType = "frame_created"
	TypeFrameDeleted         EventType = "frame_deleted"
	TypeResourceRegistered   EventType = "resource_registered"
	TypeResourceReleased     EventType = "resource_released"
	TypeResourceCleaned      EventType = "resource_cleaned"
	TypeLogged               EventType = "logged"
	TypeAbortSet             EventType = "abort_set"
	TypeAbortAcknowledged    EventType = "abort_acknowledged"
	TypeParticipantSuspected EventType = "participant_suspected"
	TypeParticipantRecovered EventType = "participant_recovered"
	TypeParticipantLost      EventType = "participant_lost"
	TypeCleanupStarted       EventType = "cleanup_started"
	TypeFrameCleaned         EventType = "frame_cleaned"
	TypeOperationFailed      EventType = "operation_failed"
	TypeOperationCompleted   EventType = "operation_completed"
	TypeSnapshot             EventType = "snapshot"
)

// Event is one entry of an operation's log. Events are never changed once
// written; whoever holds one may share it.
type Event struct {
	// Seq numbers the events of an operation from 1 without a gap.
	Seq int64
	// At is the wall clock of the engine that wrote the event. Times of
	// different engines are for people to read and never compared.
	At time.Time
	// Elapsed is the time since the operation's start, by At.
	Elapsed time.Duration
	// ParticipantID and SessionID are who caused the event, if anyone did.
	ParticipantID string
	SessionID     int64
	// EngineID is the engine that wrote the event.
	EngineID string
	// Request is set on the last event of a command that had a request key.
	Request *Request
	// More marks an event that counts only together with the next one.
	More bool
	// Data says what happened; an event of an unknown type has [UnknownData].
	Data EventData
}

// Type returns the event's kind.
func (e *Event) Type() EventType { return e.Data.eventType() }

// Request is a request key and the answer that was given.
type Request struct {
	Key    string          `json:"key"`
	Method string          `json:"method"`
	Answer json.RawMessage `json:"answer"`
}
