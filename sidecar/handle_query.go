package sidecar

import (
	"context"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// LedgerOperations implements [rpc.Handler].
func (c *conn) LedgerOperations(ctx context.Context, p *rpc.LedgerOperationsParams, reply rpc.Reply[rpc.LedgerOperationsResult]) {
	limit, err := pageSize(p.Limit, defaultOperations)
	if err != nil {
		reply(nil, err)
		return
	}
	listing := ledger.Listing{Archived: p.IncludeBackups, After: p.After, Limit: limit}
	for _, state := range p.States {
		listing.Phases = append(listing.Phases, ledger.Phase(state))
	}
	states, next, err := c.server.engine.Operations(ctx, listing)
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	result := &rpc.LedgerOperationsResult{Next: next}
	for _, s := range states {
		result.Operations = append(result.Operations, SummaryToWire(s))
	}
	reply(result, nil)
}

// How many entries a page has if the client doesn't say, and at most.
const (
	defaultOperations = 100
	defaultEvents     = 1000
	maxPage           = 10_000
)

func pageSize(asked, otherwise int64) (int, error) {
	switch {
	case asked < 0 || asked > maxPage:
		return 0, rpc.NewError(rpc.CodeInvalidParams, "limit must be from 1 to 10000.", rpc.ErrorData{Field: "limit", Limit: maxPage})
	case asked == 0:
		return int(otherwise), nil
	default:
		return int(asked), nil
	}
}

// OperationState implements [rpc.Handler].
func (c *conn) OperationState(ctx context.Context, p *rpc.OperationStateParams, reply rpc.Reply[rpc.OperationStateResult]) {
	s, err := c.server.engine.State(ctx, p.OperationID)
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	reply(&rpc.OperationStateResult{OperationID: s.OperationID, State: rpc.OperationState(s.Phase), Aborted: s.Abort != nil,
		CallFrameCount: int64(s.FrameCount()), Participants: s.Present(), Abort: abortToWire(s)}, nil)
}

// OperationGet implements [rpc.Handler].
func (c *conn) OperationGet(ctx context.Context, p *rpc.OperationGetParams, reply rpc.Reply[rpc.Document]) {
	document, err := c.document(ctx, p)
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	reply(documentToWire(document), nil)
}

func (c *conn) document(ctx context.Context, p *rpc.OperationGetParams) (*ledger.Document, error) {
	engine := c.server.engine
	if p.AtSeq == nil && p.AtElapsedMs == nil {
		return engine.DocumentOf(ctx, p.OperationID)
	}
	if p.AtSeq != nil && p.AtElapsedMs != nil {
		return nil, rpc.NewError(rpc.CodeInvalidParams, "Give either atSeq or atElapsedMs.", rpc.ErrorData{Field: "atElapsedMs"})
	}
	until := func(e *ledger.Event) bool { return p.AtSeq != nil && e.Seq <= *p.AtSeq }
	if p.AtElapsedMs != nil {
		limit := duration(*p.AtElapsedMs)
		until = func(e *ledger.Event) bool { return e.Elapsed <= limit }
	}
	s, err := engine.StateAt(ctx, p.OperationID, until)
	if err != nil {
		return nil, err
	}
	return s.Document(nil), nil
}

// OperationTrail implements [rpc.Handler].
func (c *conn) OperationTrail(ctx context.Context, p *rpc.OperationTrailParams, reply rpc.Reply[rpc.OperationTrailResult]) {
	limit, err := pageSize(p.Limit, defaultEvents)
	if err != nil {
		reply(nil, err)
		return
	}
	result := &rpc.OperationTrailResult{}
	for e, err := range c.server.engine.Events(ctx, p.OperationID, p.AfterSeq) {
		damaged := ledger.CodeOf(err) == ledger.Corrupt || ledger.CodeOf(err) == ledger.FormatTooNew
		if n := len(result.Events); n == limit || n > 0 && damaged {
			// What comes before a damage is a page of its own; the next is the error.
			result.Next = &result.Events[n-1].Seq
			break
		}
		if err != nil {
			reply(nil, toWire(err))
			return
		}
		event, err := EventToWire(e)
		if err != nil {
			reply(nil, err)
			return
		}
		result.Events = append(result.Events, event)
	}
	reply(result, nil)
}
