package rpc

// CallframeCreateParams is a frame with an id of the client's choosing.
type CallframeCreateParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// CallID is the id, of the same pattern as an operation id.
	CallID string `json:"callId"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// CallframeCreateResult is the new frame.
type CallframeCreateResult struct {
	// CallID is the id as it was given.
	CallID string `json:"callId"`
}

// CallframeDeleteParams names the frame to remove.
type CallframeDeleteParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// CallID is the frame's id.
	CallID string `json:"callId"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// CallframeDeleteResult tells whether there was one.
type CallframeDeleteResult struct {
	// Deleted is false when there was no such frame.
	Deleted bool `json:"deleted"`
}

// ResourceRegisterParams names what to register: a path or a process.
type ResourceRegisterParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// Path is the absolute path of a file or directory tree.
	Path string `json:"path,omitempty"`
	// Process is a process.
	Process *ProcessRef `json:"process,omitempty"`
	// CallID is the call the resource belongs to.
	CallID string `json:"callId,omitempty"`
	// SessionID is the session; the connection's newest one, if left out.
	SessionID int64 `json:"sessionId,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// ResourceRegisterResult is the new resource.
type ResourceRegisterResult struct {
	// ResourceID names the resource within its operation.
	ResourceID string `json:"resourceId"`
}

// ResourceUnregisterParams names a resource by its path or its id.
type ResourceUnregisterParams struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// Path is the path it was registered with.
	Path string `json:"path,omitempty"`
	// ResourceID is its id.
	ResourceID string `json:"resourceId,omitempty"`
	// RequestKey makes a repeated request return the first answer.
	RequestKey string `json:"requestKey,omitempty"`
}

// ResourceUnregisterResult tells whether there was one.
type ResourceUnregisterResult struct {
	// Removed is false when there was no such resource.
	Removed bool `json:"removed"`
}
