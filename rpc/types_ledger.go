package rpc

// ClientInfo is who the client is, for people who read the record.
type ClientInfo struct {
	// Name is the name of the program.
	Name string `json:"name"`
	// Version is its version.
	Version string `json:"version,omitempty"`
}

// ServerInfo is who the sidecar is.
type ServerInfo struct {
	// Name is "tomledger".
	Name string `json:"name"`
	// Version is the version of the binary.
	Version string `json:"version"`
	// PID is the sidecar's process id.
	PID int64 `json:"pid"`
}

// LedgerInfo is where the record is kept.
type LedgerInfo struct {
	// Path is the absolute path of the ledger directory.
	Path string `json:"path"`
	// Backend is "file", "memory" or "remote".
	Backend string `json:"backend"`
	// Durability is what an acknowledged change survives.
	Durability Durability `json:"durability"`
}

// Limits are what a client must stay within.
type Limits struct {
	// MaxFrameBytes is the size of one message.
	MaxFrameBytes int64 `json:"maxFrameBytes"`
	// MaxConnections is how many clients a sidecar serves at once.
	MaxConnections int64 `json:"maxConnections"`
	// MaxQueuedRequests is how many requests of one connection may be unanswered.
	MaxQueuedRequests int64 `json:"maxQueuedRequests"`
	// MaxQueuedBytes is how many bytes to one connection may be unread before
	// log lines are dropped and the slow-consumer clock runs.
	MaxQueuedBytes int64 `json:"maxQueuedBytes"`
	// MaxOperations is how many operations one connection may have joined at a time.
	MaxOperations int64 `json:"maxOperations"`
	// MaxOpenCalls is how many calls of one operation may be open.
	MaxOpenCalls int64 `json:"maxOpenCalls"`
	// MaxResources is how many resources of one operation may be registered.
	MaxResources int64 `json:"maxResources"`
	// MaxTextBytes is the length of a description, reason or log message.
	MaxTextBytes int64 `json:"maxTextBytes"`
	// MaxLabels is how many labels an operation may have.
	MaxLabels int64 `json:"maxLabels"`
	// SlowConsumerMs is how long a client may read nothing before it is disconnected.
	SlowConsumerMs int64 `json:"slowConsumerMs"`
}

// InitializeParams opens a conversation.
type InitializeParams struct {
	// ParticipantID is who this connection speaks for: a letter or digit, then
	// up to 63 letters, digits, '_', '.' and '-'.
	ParticipantID string `json:"participantId"`
	// PID is the client's process id. Left out, a Unix socket tells it.
	PID int64 `json:"pid,omitempty"`
	// ClientInfo is who the client is.
	ClientInfo *ClientInfo `json:"clientInfo,omitempty"`
	// ProtocolVersion is the contract the client was written against.
	ProtocolVersion string `json:"protocolVersion,omitempty"`
	// HeartbeatIntervalMs is how often the client means to beat.
	HeartbeatIntervalMs *int64 `json:"heartbeatIntervalMs,omitempty"`
	// StaleAfterMs is after how long a silence a beat counts as stale: 10,000, if
	// left out. 0 means that the client is judged by its connection alone.
	StaleAfterMs *int64 `json:"staleAfterMs,omitempty"`
	// ReconnectGraceMs is how long the client may be away before its sessions end.
	ReconnectGraceMs int64 `json:"reconnectGraceMs,omitempty"`
	// ResumeToken is what an earlier initialize returned: it takes over that
	// connection's sessions.
	ResumeToken string `json:"resumeToken,omitempty"`
	// Subscribe names events beyond the defaults; "*" at the end of a name
	// stands for all that begin like it.
	Subscribe []string `json:"subscribe,omitempty"`
}

// SessionRef names a session.
type SessionRef struct {
	// OperationID is the operation.
	OperationID string `json:"operationId"`
	// SessionID is the session within it.
	SessionID int64 `json:"sessionId"`
}

// InitializeResult is the sidecar's half of the introduction.
type InitializeResult struct {
	// ProtocolVersion is the contract the sidecar speaks.
	ProtocolVersion string `json:"protocolVersion"`
	// Server is who the sidecar is.
	Server ServerInfo `json:"server"`
	// EngineID names the engine behind it.
	EngineID string `json:"engineId"`
	// ConnectionID names this connection.
	ConnectionID string `json:"connectionId"`
	// ResumeToken takes this connection's sessions over after a break.
	ResumeToken string `json:"resumeToken"`
	// Ledger is where the record is kept.
	Ledger LedgerInfo `json:"ledger"`
	// Limits are what the client must stay within.
	Limits Limits `json:"limits"`
	// ResumedSessions are the sessions that were taken over.
	ResumedSessions []SessionRef `json:"resumedSessions"`
}

// OpenRPCDocument is this contract in OpenRPC's form.
type OpenRPCDocument struct {
	// OpenRPC is the version of the OpenRPC specification.
	OpenRPC string `json:"openrpc"`
	// Info is title, version and licence.
	Info RawJSON `json:"info"`
	// Methods are the methods.
	Methods RawJSON `json:"methods"`
	// Components are the schemas and errors that methods refer to.
	Components RawJSON `json:"components"`
}

// EngineInfo is an engine that works on the ledger.
type EngineInfo struct {
	// EngineID names the engine.
	EngineID string `json:"engineId"`
	// Alive tells whether its lock is held.
	Alive bool `json:"alive"`
	// Self marks the engine that answers.
	Self bool `json:"self"`
}

// LedgerStatusResult is the state of the sidecar.
type LedgerStatusResult struct {
	// Service is "tom_dist_ledger".
	Service string `json:"service"`
	// Version is the version of the binary.
	Version string `json:"version"`
	// ProtocolVersion is the contract it speaks.
	ProtocolVersion string `json:"protocolVersion"`
	// Status is "ok".
	Status string `json:"status"`
	// BasePath is the ledger directory.
	BasePath string `json:"basePath"`
	// Backend is "file", "memory" or "remote".
	Backend string `json:"backend"`
	// Timestamp is the sidecar's time.
	Timestamp Time `json:"timestamp"`
	// UptimeMs is how long it has been running.
	UptimeMs int64 `json:"uptimeMs"`
	// Engines are the engines that work on the ledger.
	Engines []EngineInfo `json:"engines"`
	// OperationCount is how many operations live.
	OperationCount int64 `json:"operationCount"`
	// ConnectionCount is how many clients are connected here.
	ConnectionCount int64 `json:"connectionCount"`
}

// LedgerOperationsParams selects operations.
type LedgerOperationsParams struct {
	// States are the states wanted; all, if left out.
	States []OperationState `json:"states,omitempty"`
	// IncludeBackups adds the archived operations.
	IncludeBackups bool `json:"includeBackups,omitempty"`
	// Limit is how many to return at most: 100, if left out.
	Limit int64 `json:"limit,omitempty"`
	// After is the next of the page before.
	After string `json:"after,omitempty"`
}

// OperationSummary is one line of a listing.
type OperationSummary struct {
	// OperationID names the operation.
	OperationID string `json:"operationId"`
	// InitiatorID is who created it.
	InitiatorID string `json:"initiatorId"`
	// Description is the creator's text.
	Description string `json:"description,omitempty"`
	// OperationState is the phase of its life.
	OperationState OperationState `json:"operationState"`
	// Aborted is the abort flag.
	Aborted bool `json:"aborted"`
	// StartTime is when it was created.
	StartTime Time `json:"startTime"`
	// EndTime is when it ended.
	EndTime *Time `json:"endTime,omitempty"`
	// CallFrameCount is how many calls are open.
	CallFrameCount int64 `json:"callFrameCount"`
	// Participants are the ids of all who ever joined.
	Participants []string `json:"participants"`
}

// LedgerOperationsResult is one page of a listing.
type LedgerOperationsResult struct {
	// Operations are the operations.
	Operations []OperationSummary `json:"operations"`
	// Next is what to pass as after for the next page.
	Next string `json:"next,omitempty"`
}
