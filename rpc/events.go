package rpc

// Events is what a sidecar tells its client. By default a participant gets the
// events of the operations it has joined; ledger/* and other operations come
// only by subscribe.
type Events interface {
	// OperationAborted tells that the abort flag was set or cleared.
	//rpc:notification operation/aborted
	OperationAborted(p *OperationAbortedEvent)

	// OperationFailed tells that the operation is failing.
	//rpc:notification operation/failed
	OperationFailed(p *OperationFailedEvent)

	// OperationCompleted tells that the initiator has completed the operation.
	//rpc:notification operation/completed
	OperationCompleted(p *OperationCompletedEvent)

	// OperationParticipantJoined tells that a participant has joined.
	//rpc:notification operation/participantJoined
	OperationParticipantJoined(p *ParticipantEvent)

	// OperationParticipantLeft tells that a participant's session has ended.
	//rpc:notification operation/participantLeft
	OperationParticipantLeft(p *ParticipantEvent)

	// CallCancelRequested asks the owner of a call to give it up.
	//rpc:notification call/cancelRequested
	CallCancelRequested(p *CallCancelRequestedEvent)

	// CallFinished tells a call's owner, and whoever subscribed, how it ended.
	//rpc:notification call/finished
	CallFinished(p *CallFinishedEvent)

	// LedgerBackupCreated tells that an operation was archived.
	//rpc:notification ledger/backupCreated
	LedgerBackupCreated(p *LedgerBackupCreatedEvent)

	// LedgerLogLine is a line of an operation's log.
	//rpc:notification ledger/logLine
	LedgerLogLine(p *LedgerLogLineEvent)

	// LedgerEventsDropped tells how many log lines this client was too slow for.
	//rpc:notification ledger/eventsDropped
	LedgerEventsDropped(p *LedgerEventsDroppedEvent)
}

// OperationAbortedEvent is the abort flag's new value.
type OperationAbortedEvent struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// Value is the flag.
	Value bool `json:"value"`
	// By is who set or cleared it.
	By string `json:"by"`
	// Reason is what it said.
	Reason string `json:"reason,omitempty"`
}

// OperationFailedEvent is why an operation fails.
type OperationFailedEvent struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// FailedAt is when the failure was detected.
	FailedAt Time `json:"failedAt"`
	// Reason is one sentence.
	Reason string `json:"reason"`
	// CrashedCallIDs are the calls that failed or crashed.
	CrashedCallIDs []string `json:"crashedCallIds"`
}

// OperationCompletedEvent tells where the record lies.
type OperationCompletedEvent struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// BackupPath is the directory of the archived record.
	BackupPath string `json:"backupPath"`
}

// ParticipantEvent is about one session of a participant.
type ParticipantEvent struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// ParticipantID is the participant.
	ParticipantID string `json:"participantId"`
	// SessionID is the session.
	SessionID int64 `json:"sessionId"`
}

// CallCancelRequestedEvent is a request to give up a call.
type CallCancelRequestedEvent struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// CallID is the call.
	CallID string `json:"callId"`
	// Reason is one sentence.
	Reason string `json:"reason,omitempty"`
}

// CallFinishedEvent is how a call ended.
type CallFinishedEvent struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// CallID is the call.
	CallID string `json:"callId"`
	// Status is how it ended.
	Status CallStatus `json:"status"`
	// Result is what it returned.
	Result RawJSON `json:"result,omitempty"`
	// Error is what went wrong.
	Error string `json:"error,omitempty"`
}

// LedgerBackupCreatedEvent tells where a record lies.
type LedgerBackupCreatedEvent struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// Path is the directory of the archived record.
	Path string `json:"path"`
}

// LedgerLogLineEvent is a line of an operation's log.
type LedgerLogLineEvent struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// Line is the line without its newline.
	Line string `json:"line"`
}

// LedgerEventsDroppedEvent counts what was left out.
type LedgerEventsDroppedEvent struct {
	// Count is how many log lines were dropped since the last such event.
	Count int64 `json:"count"`
}
