package rpc

import "context"

// Service is what a client may ask of a sidecar. The generated client
// implements it; a sidecar implements the generated [Handler], which has the
// same methods with a reply function, so that an answer can be given later
// without a goroutine waiting for it.
type Service interface {
	// Initialize opens the conversation. Anything else before it is answered
	// with notInitialized, except ping, shutdown, ledger/status and rpc.discover.
	//rpc:method initialize
	//rpc:errors versionMismatch invalidParams limitExceeded
	Initialize(ctx context.Context, p *InitializeParams) (*InitializeResult, error)

	// Ping answers at once, whatever else is going on.
	//rpc:method ping overtakes always
	Ping(ctx context.Context, p *Empty) (*Empty, error)

	// Shutdown is a clean goodbye: the connection's sessions are left and their
	// pending calls cancelled; then the client closes. It ends a stdio sidecar.
	//rpc:method shutdown waits always
	Shutdown(ctx context.Context, p *Empty) (*Empty, error)

	// Discover returns this contract as an OpenRPC document.
	//rpc:method rpc.discover always
	Discover(ctx context.Context, p *Empty) (*OpenRPCDocument, error)

	// LedgerStatus tells what serves here, and how it is.
	//rpc:method ledger/status waits always
	LedgerStatus(ctx context.Context, p *Empty) (*LedgerStatusResult, error)

	// LedgerOperations lists the operations of the ledger, oldest first.
	//rpc:method ledger/operations waits
	//rpc:errors invalidParams storageFailed
	LedgerOperations(ctx context.Context, p *LedgerOperationsParams) (*LedgerOperationsResult, error)

	// OperationCreate creates an operation and joins it as its initiator.
	//rpc:method operation/create mutating waits
	//rpc:errors invalidParams limitExceeded lockTimeout storageFailed
	OperationCreate(ctx context.Context, p *OperationCreateParams) (*OperationCreateResult, error)

	// OperationJoin joins an operation in a session of its own.
	//rpc:method operation/join mutating
	//rpc:errors operationNotFound operationEnded operationFailed invalidOperationId lockTimeout storageFailed corrupt formatTooNew
	OperationJoin(ctx context.Context, p *OperationJoinParams) (*OperationJoinResult, error)

	// OperationLeave ends a session. Its temporary resources stay on record.
	//rpc:method operation/leave mutating
	//rpc:errors operationNotFound operationEnded operationFailed sessionNotActive sessionLost pendingCalls
	OperationLeave(ctx context.Context, p *OperationLeaveParams) (*Empty, error)

	// OperationComplete ends the operation and archives it. Only the initiator
	// may, and only when no call of another participant is open, unless forced.
	//rpc:method operation/complete mutating
	//rpc:errors operationNotFound operationEnded operationFailed notInitiator sessionNotActive sessionLost pendingCalls storageFailed
	OperationComplete(ctx context.Context, p *OperationCompleteParams) (*OperationCompleteResult, error)

	// OperationFail fails the operation: open calls end, everyone is told, and the
	// record is archived.
	//rpc:method operation/fail mutating
	//rpc:errors operationNotFound operationEnded operationFailed sessionNotActive sessionLost
	OperationFail(ctx context.Context, p *OperationFailParams) (*Empty, error)

	// OperationHeartbeat is a sign of life. It costs nothing but a field in
	// memory, unless it reports new progress.
	//rpc:method operation/heartbeat overtakes
	//rpc:errors operationNotFound sessionNotActive sessionLost
	OperationHeartbeat(ctx context.Context, p *OperationHeartbeatParams) (*OperationHeartbeatResult, error)

	// OperationAbort sets or clears the abort flag. Every participant is told.
	//rpc:method operation/abort mutating overtakes
	//rpc:errors operationNotFound operationEnded operationFailed invalidOperationId
	OperationAbort(ctx context.Context, p *OperationAbortParams) (*Empty, error)

	// OperationAckAbort tells that this participant's abort handlers have run.
	//rpc:method operation/ackAbort mutating
	//rpc:errors operationNotFound operationEnded operationFailed sessionNotActive sessionLost
	OperationAckAbort(ctx context.Context, p *OperationAckAbortParams) (*Empty, error)

	// OperationState is a short view of an operation.
	//rpc:method operation/state waits
	//rpc:errors operationNotFound invalidOperationId
	OperationState(ctx context.Context, p *OperationStateParams) (*OperationStateResult, error)

	// OperationGet returns the whole document, now or as it was.
	//rpc:method operation/get waits
	//rpc:errors operationNotFound invalidOperationId corrupt invalidParams
	OperationGet(ctx context.Context, p *OperationGetParams) (*Document, error)

	// OperationLog writes a line into the operation's log.
	//rpc:method operation/log mutating
	//rpc:errors operationNotFound operationEnded operationFailed sessionNotActive sessionLost
	OperationLog(ctx context.Context, p *OperationLogParams) (*Empty, error)

	// OperationTrail reads the events of an operation, archived ones too.
	//rpc:method operation/trail waits
	//rpc:errors operationNotFound invalidOperationId corrupt
	OperationTrail(ctx context.Context, p *OperationTrailParams) (*OperationTrailResult, error)

	// OperationWait waits until one of the conditions holds.
	//rpc:method operation/wait waits
	//rpc:errors operationNotFound invalidOperationId invalidParams
	OperationWait(ctx context.Context, p *OperationWaitParams) (*OperationWaitResult, error)

	// CallStart starts a call, tracked to the caller's session.
	//rpc:method call/start mutating
	//rpc:errors operationNotFound operationEnded operationFailed operationAborted sessionNotActive sessionLost callNotFound limitExceeded
	CallStart(ctx context.Context, p *CallStartParams) (*CallStartResult, error)

	// CallEnd ends a call of one's own with its result.
	//rpc:method call/end mutating
	//rpc:errors operationNotFound operationEnded operationFailed sessionNotActive sessionLost callNotFound callAlreadyCompleted notCallOwner
	CallEnd(ctx context.Context, p *CallEndParams) (*CallEndResult, error)

	// CallFail ends a call of one's own with an error. With failOnCrash and no
	// fallback the operation fails.
	//rpc:method call/fail mutating
	//rpc:errors operationNotFound operationEnded operationFailed sessionNotActive sessionLost callNotFound callAlreadyCompleted notCallOwner
	CallFail(ctx context.Context, p *CallFailParams) (*CallFailResult, error)

	// CallCancel asks the owner of a call to give it up. The call stays open
	// until its owner ends it.
	//rpc:method call/cancel mutating
	//rpc:errors operationNotFound operationEnded operationFailed sessionNotActive sessionLost callNotFound callAlreadyCompleted
	CallCancel(ctx context.Context, p *CallCancelParams) (*Empty, error)

	// CallAwait waits for the end of any participant's call.
	//rpc:method call/await waits
	//rpc:errors operationNotFound callTimeout invalidOperationId
	CallAwait(ctx context.Context, p *CallAwaitParams) (*CallOutcome, error)

	// CallSync waits for the end of several calls, or of the operation.
	//rpc:method call/sync waits
	//rpc:errors operationNotFound callTimeout invalidOperationId
	CallSync(ctx context.Context, p *CallSyncParams) (*CallSyncResult, error)

	// CallframeCreate makes a call frame with an id of the client's choosing.
	//rpc:method callframe/create mutating
	//rpc:errors operationNotFound operationEnded operationFailed operationAborted sessionNotActive sessionLost callIdInUse limitExceeded
	CallframeCreate(ctx context.Context, p *CallframeCreateParams) (*CallframeCreateResult, error)

	// CallframeDelete removes such a frame. A missing one is no error.
	//rpc:method callframe/delete mutating
	//rpc:errors operationNotFound operationEnded operationFailed sessionNotActive sessionLost notCallOwner
	CallframeDelete(ctx context.Context, p *CallframeDeleteParams) (*CallframeDeleteResult, error)

	// ResourceRegister puts a temporary resource on record, before it exists, so
	// that whoever reads the record knows what an operation has left. This
	// version does not remove it.
	//rpc:method resource/register mutating
	//rpc:errors operationNotFound operationEnded operationFailed sessionNotActive sessionLost callNotFound notCallOwner invalidPath limitExceeded
	ResourceRegister(ctx context.Context, p *ResourceRegisterParams) (*ResourceRegisterResult, error)

	// ResourceUnregister takes a resource off the record. What it names is the
	// caller's own to keep or remove.
	//rpc:method resource/unregister mutating
	//rpc:errors operationNotFound operationEnded operationFailed sessionNotActive sessionLost notCallOwner
	ResourceUnregister(ctx context.Context, p *ResourceUnregisterParams) (*ResourceUnregisterResult, error)

	// CancelRequest cancels a request, which then answers requestCancelled.
	//rpc:notification $/cancelRequest
	CancelRequest(p *CancelRequestParams)
}

// CancelRequestParams names a request.
type CancelRequestParams struct {
	// ID is the request's id, a number or a string.
	ID RawJSON `json:"id"`
}
