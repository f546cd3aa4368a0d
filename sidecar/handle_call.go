package sidecar

import (
	"context"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// CallStart implements [rpc.Handler].
func (c *conn) CallStart(_ context.Context, p *rpc.CallStartParams, reply rpc.Reply[rpc.CallStartResult]) {
	perform(c, target{p.OperationID, p.SessionID, p.RequestKey}, reply,
		func(by ledger.By) ledger.Command[ledger.CallStarted] {
			return ledger.StartCall{By: by, Description: p.Description, FailOnCrash: valueOr(p.FailOnCrash, true),
				Spawned: p.Spawned, ParentCallID: p.ParentCallID, Deadline: duration(p.DeadlineMs)}
		},
		func(a ledger.CallStarted) *rpc.CallStartResult {
			return &rpc.CallStartResult{CallID: a.CallID, StartedAt: rpc.NewTime(a.Start)}
		})
}

// CallEnd implements [rpc.Handler].
func (c *conn) CallEnd(_ context.Context, p *rpc.CallEndParams, reply rpc.Reply[rpc.CallEndResult]) {
	perform(c, target{p.OperationID, 0, p.RequestKey}, reply,
		func(by ledger.By) ledger.Command[ledger.CallClosed] {
			return ledger.EndCall{By: by, CallID: p.CallID, Result: p.Result}
		},
		func(a ledger.CallClosed) *rpc.CallEndResult {
			return &rpc.CallEndResult{DurationMs: a.Duration.Milliseconds()}
		})
}

// CallFail implements [rpc.Handler].
func (c *conn) CallFail(_ context.Context, p *rpc.CallFailParams, reply rpc.Reply[rpc.CallFailResult]) {
	perform(c, target{p.OperationID, 0, p.RequestKey}, reply,
		func(by ledger.By) ledger.Command[ledger.CallClosed] {
			return ledger.FailCall{By: by, CallID: p.CallID, Error: p.Error, StackTrace: p.StackTrace, Fallback: p.Fallback}
		},
		func(a ledger.CallClosed) *rpc.CallFailResult {
			return &rpc.CallFailResult{DurationMs: a.Duration.Milliseconds()}
		})
}

// CallCancel implements [rpc.Handler].
func (c *conn) CallCancel(_ context.Context, p *rpc.CallCancelParams, reply rpc.Reply[rpc.Empty]) {
	act(c, target{p.OperationID, 0, p.RequestKey}, reply, func(by ledger.By) ledger.Command[ledger.Done] {
		return ledger.CancelCall{By: by, CallID: p.CallID, Reason: p.Reason}
	})
}

// CallframeCreate implements [rpc.Handler].
func (c *conn) CallframeCreate(_ context.Context, p *rpc.CallframeCreateParams, reply rpc.Reply[rpc.CallframeCreateResult]) {
	perform(c, target{p.OperationID, 0, p.RequestKey}, reply,
		func(by ledger.By) ledger.Command[ledger.Done] { return ledger.CreateFrame{By: by, CallID: p.CallID} },
		func(ledger.Done) *rpc.CallframeCreateResult { return &rpc.CallframeCreateResult{CallID: p.CallID} })
}

// CallframeDelete implements [rpc.Handler].
func (c *conn) CallframeDelete(_ context.Context, p *rpc.CallframeDeleteParams, reply rpc.Reply[rpc.CallframeDeleteResult]) {
	perform(c, target{p.OperationID, 0, p.RequestKey}, reply,
		func(by ledger.By) ledger.Command[ledger.Removed] { return ledger.DeleteFrame{By: by, CallID: p.CallID} },
		func(a ledger.Removed) *rpc.CallframeDeleteResult {
			return &rpc.CallframeDeleteResult{Deleted: a.Removed}
		})
}

// ResourceRegister implements [rpc.Handler].
func (c *conn) ResourceRegister(_ context.Context, p *rpc.ResourceRegisterParams, reply rpc.Reply[rpc.ResourceRegisterResult]) {
	perform(c, target{p.OperationID, p.SessionID, p.RequestKey}, reply,
		func(by ledger.By) ledger.Command[ledger.Registered] {
			return ledger.RegisterResource{By: by, Path: p.Path, Process: (*ledger.ProcessRef)(p.Process), CallID: p.CallID}
		},
		func(a ledger.Registered) *rpc.ResourceRegisterResult {
			return &rpc.ResourceRegisterResult{ResourceID: a.ResourceID}
		})
}

// ResourceUnregister implements [rpc.Handler].
func (c *conn) ResourceUnregister(_ context.Context, p *rpc.ResourceUnregisterParams, reply rpc.Reply[rpc.ResourceUnregisterResult]) {
	perform(c, target{p.OperationID, 0, p.RequestKey}, reply,
		func(by ledger.By) ledger.Command[ledger.Removed] {
			return ledger.UnregisterResource{By: by, Path: p.Path, ResourceID: p.ResourceID}
		},
		func(a ledger.Removed) *rpc.ResourceUnregisterResult {
			return &rpc.ResourceUnregisterResult{Removed: a.Removed}
		})
}
