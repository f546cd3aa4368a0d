package rpc

// CallStartParams describes a new call.
type CallStartParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// SessionID is the session; the connection's newest one, if left out.
	SessionID int64 `json:"sessionId,omitempty"`
	// Description is for people who read the record.
	Description string `json:"description,omitempty"`
	// FailOnCrash is whether the call's loss fails the operation: true, if left out.
	FailOnCrash *bool `json:"failOnCrash,omitempty"`
	// Spawned marks a call that runs beside its caller.
	Spawned bool `json:"spawned,omitempty"`
	// ParentCallID is the call this one is made from.
	ParentCallID string `json:"parentCallId,omitempty"`
	// DeadlineMs is how long the call should take at most. It is put on record;
	// this version does not act on it.
	DeadlineMs int64 `json:"deadlineMs,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// CallStartResult is the new call.
type CallStartResult struct {
	// CallID names the call within its operation.
	CallID string `json:"callId"`
	// StartedAt is when it was started.
	StartedAt Time `json:"startedAt"`
}

// CallEndParams ends a call.
type CallEndParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// CallID is the call.
	CallID string `json:"callId"`
	// Result is whatever the call's awaiters should get.
	Result RawJSON `json:"result,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// CallEndResult tells how long the call took.
type CallEndResult struct {
	// DurationMs is how long the call took.
	DurationMs int64 `json:"durationMs"`
}

// CallFailParams ends a call with an error.
type CallFailParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// CallID is the call.
	CallID string `json:"callId"`
	// Error is what went wrong.
	Error string `json:"error"`
	// StackTrace is where.
	StackTrace string `json:"stackTrace,omitempty"`
	// Fallback ends the call as succeeded with this result.
	Fallback RawJSON `json:"fallback,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// CallFailResult tells how long the call took.
type CallFailResult struct {
	// DurationMs is how long the call took.
	DurationMs int64 `json:"durationMs"`
}

// CallCancelParams asks for a call's cancellation.
type CallCancelParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// CallID is the call.
	CallID string `json:"callId"`
	// Reason is one sentence.
	Reason string `json:"reason,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// CallAwaitParams names the call to wait for.
type CallAwaitParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// CallID is the call.
	CallID string `json:"callId"`
	// TimeoutMs is how long to wait; for ever, if left out.
	TimeoutMs *int64 `json:"timeoutMs,omitempty"`
}

// CallOutcome is how a call ended.
type CallOutcome struct {
	// CallID names the call.
	CallID string `json:"callId"`
	// Status is how it ended.
	Status CallStatus `json:"status"`
	// Result is what it returned.
	Result RawJSON `json:"result,omitempty"`
	// Error is what went wrong.
	Error string `json:"error,omitempty"`
	// StackTrace is where.
	StackTrace string `json:"stackTrace,omitempty"`
	// ExitCode is the exit code of the call's process.
	ExitCode *int64 `json:"exitCode,omitempty"`
}

// CallSyncParams names the calls to wait for.
type CallSyncParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// CallIDs are the calls.
	CallIDs []string `json:"callIds"`
	// TimeoutMs is how long to wait; for ever, if left out.
	TimeoutMs *int64 `json:"timeoutMs,omitempty"`
}

// CallSyncResult sorts the calls by their outcome.
type CallSyncResult struct {
	// SuccessfulCalls succeeded.
	SuccessfulCalls []CallOutcome `json:"successfulCalls"`
	// FailedCalls failed, crashed or were cancelled.
	FailedCalls []CallOutcome `json:"failedCalls"`
	// UnknownCalls are unknown, or were open when the operation failed.
	UnknownCalls []CallOutcome `json:"unknownCalls"`
	// OperationFailed tells whether the operation failed meanwhile.
	OperationFailed bool `json:"operationFailed"`
}
