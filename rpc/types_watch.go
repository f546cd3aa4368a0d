package rpc

// OperationHeartbeatParams is a sign of life.
type OperationHeartbeatParams struct {
	// OperationID is the operation; all of the connection's, if left out.
	OperationID string `json:"operationId,omitempty"`
	// Progress is how far the participant has come.
	Progress *Progress `json:"progress,omitempty"`
}

// OperationHeartbeatResult is what a participant wants to know at each beat.
// For several operations at once, flags are or-ed, counts added, lists united
// and ages the largest.
type OperationHeartbeatResult struct {
	// AbortFlag is the abort flag.
	AbortFlag bool `json:"abortFlag"`
	// LedgerExists is false when the operation has ended or is gone.
	LedgerExists bool `json:"ledgerExists"`
	// HeartbeatUpdated tells whether the beat counted for an open session.
	HeartbeatUpdated bool `json:"heartbeatUpdated"`
	// CallFrameCount is how many calls are open.
	CallFrameCount int64 `json:"callFrameCount"`
	// TempResourceCount is how many resources are registered.
	TempResourceCount int64 `json:"tempResourceCount"`
	// HeartbeatAgeMs is how old the caller's previous beat was.
	HeartbeatAgeMs int64 `json:"heartbeatAgeMs"`
	// IsStale tells whether that was older than the caller's threshold.
	IsStale bool `json:"isStale"`
	// Participants are the ids of those who have an open session.
	Participants []string `json:"participants"`
	// ParticipantHeartbeatAges is how long ago each one's last sign of life was,
	// for those whose connection this engine holds.
	ParticipantHeartbeatAges map[string]int64 `json:"participantHeartbeatAges"`
	// StaleParticipants are those who have been silent for too long.
	StaleParticipants []string `json:"staleParticipants"`
}

// OperationAbortParams sets or clears the abort flag.
type OperationAbortParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// Value is the flag: true, if left out.
	Value *bool `json:"value,omitempty"`
	// Reason is one sentence.
	Reason string `json:"reason,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// OperationAckAbortParams acknowledges an abort.
type OperationAckAbortParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// OperationStateParams names an operation.
type OperationStateParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
}

// OperationStateResult is a short view of an operation.
type OperationStateResult struct {
	// OperationID names the operation.
	OperationID string `json:"operationId"`
	// State is the phase of its life.
	State OperationState `json:"state"`
	// Aborted is the abort flag.
	Aborted bool `json:"aborted"`
	// CallFrameCount is how many calls are open.
	CallFrameCount int64 `json:"callFrameCount"`
	// Participants are the ids of those who have an open session.
	Participants []string `json:"participants"`
	// Abort tells who asked and who has acknowledged.
	Abort *Abort `json:"abort,omitempty"`
}

// OperationGetParams names an operation and an instant.
type OperationGetParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// AtSeq asks for the document after that event.
	AtSeq *int64 `json:"atSeq,omitempty"`
	// AtElapsedMs asks for the document that long after the start.
	AtElapsedMs *int64 `json:"atElapsedMs,omitempty"`
}

// OperationLogParams is a line for the log.
type OperationLogParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// Message is the line.
	Message string `json:"message"`
	// Level is its level: info, if left out.
	Level LogLevel `json:"level,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// OperationTrailParams selects events.
type OperationTrailParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// AfterSeq is the last event that is already known.
	AfterSeq int64 `json:"afterSeq,omitempty"`
	// Limit is how many to return at most: 1000, if left out.
	Limit int64 `json:"limit,omitempty"`
}

// TrailEvent is one event of an operation.
type TrailEvent struct {
	// Seq numbers the events of an operation from 1 without a gap.
	Seq int64 `json:"seq"`
	// At is when it happened, by the clock of the engine that wrote it.
	At Time `json:"at"`
	// ElapsedMs is the time since the operation's start.
	ElapsedMs int64 `json:"elapsedMs"`
	// Type is the kind of event.
	Type string `json:"type"`
	// ParticipantID is who caused it.
	ParticipantID string `json:"participantId,omitempty"`
	// SessionID is the session that caused it.
	SessionID int64 `json:"sessionId,omitempty"`
	// Data is what happened, by type.
	Data RawJSON `json:"data"`
}

// OperationTrailResult is one page of events.
type OperationTrailResult struct {
	// Events are the events.
	Events []TrailEvent `json:"events"`
	// Next is what to pass as afterSeq for the next page.
	Next *int64 `json:"next,omitempty"`
}

// OperationWaitParams says what to wait for.
type OperationWaitParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// Until are the conditions; the first that holds ends the wait.
	Until []WaitCondition `json:"until"`
	// TimeoutMs is how long to wait; for ever, if left out.
	TimeoutMs *int64 `json:"timeoutMs,omitempty"`
}

// OperationWaitResult tells what was reached.
type OperationWaitResult struct {
	// Reached is the condition that holds, or "timeout".
	Reached WaitCondition `json:"reached"`
	// State is the phase of the operation's life.
	State OperationState `json:"state"`
}
