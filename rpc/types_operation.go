package rpc

// OperationCreateParams describes a new operation.
type OperationCreateParams struct {
	// Description is for people who read the record.
	Description string `json:"description,omitempty"`
	// Labels are for programs that look for operations.
	Labels map[string]string `json:"labels,omitempty"`
	// DeadlineMs is how long the operation should take at most. It is put on
	// record; this version does not act on it.
	DeadlineMs int64 `json:"deadlineMs,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// OperationCreateResult is the new operation and the session on it.
type OperationCreateResult struct {
	// OperationID names the operation.
	OperationID string `json:"operationId"`
	// ParticipantID is the caller.
	ParticipantID string `json:"participantId"`
	// IsInitiator is true.
	IsInitiator bool `json:"isInitiator"`
	// SessionID is unique in the operation.
	SessionID int64 `json:"sessionId"`
	// StartTime is when the operation was created.
	StartTime Time `json:"startTime"`
}

// OperationJoinParams names the operation to join.
type OperationJoinParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// OperationJoinResult is the session and the state of the operation.
type OperationJoinResult struct {
	// OperationID names the operation.
	OperationID string `json:"operationId"`
	// ParticipantID is the caller.
	ParticipantID string `json:"participantId"`
	// IsInitiator tells whether the caller created the operation.
	IsInitiator bool `json:"isInitiator"`
	// SessionID is unique in the operation.
	SessionID int64 `json:"sessionId"`
	// StartTime is when the operation was created.
	StartTime Time `json:"startTime"`
	// Aborted is the abort flag.
	Aborted bool `json:"aborted"`
	// OperationState is the phase of the operation's life.
	OperationState OperationState `json:"operationState"`
}

// OperationLeaveParams names the session to leave.
type OperationLeaveParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// SessionID is the session; the connection's newest one, if left out.
	SessionID int64 `json:"sessionId,omitempty"`
	// CancelPendingCalls cancels the session's open calls instead of refusing.
	CancelPendingCalls bool `json:"cancelPendingCalls,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// OperationCompleteParams names the operation to complete.
type OperationCompleteParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// Force cancels the open calls of others instead of refusing.
	Force bool `json:"force,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// OperationCompleteResult tells where the record lies.
type OperationCompleteResult struct {
	// BackupPath is the directory of the archived record.
	BackupPath string `json:"backupPath"`
}

// OperationFailParams fails an operation.
type OperationFailParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// Reason is one sentence.
	Reason string `json:"reason"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}
