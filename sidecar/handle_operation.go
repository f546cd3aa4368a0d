package sidecar

import (
	"context"
	"math"
	"time"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// OperationCreate implements [rpc.Handler].
func (c *conn) OperationCreate(ctx context.Context, p *rpc.OperationCreateParams, reply rpc.Reply[rpc.OperationCreateResult]) {
	joined, sub, err := c.server.engine.Create(ctx, ledger.CreateOperation{
		By:          ledger.By{ParticipantID: c.participantID(), RequestKey: p.RequestKey},
		Description: p.Description, Labels: p.Labels, Deadline: duration(p.DeadlineMs),
		PID: c.clientPID(), Connection: c.id, Resume: c.resumeHash()}, c.update)
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	c.created(joined.OperationID, joined.SessionID, sub)
	c.adopt(joined, p.RequestKey, func() {
		reply(&rpc.OperationCreateResult{OperationID: joined.OperationID, ParticipantID: c.participantID(),
			IsInitiator: true, SessionID: joined.SessionID, StartTime: rpc.NewTime(joined.Start)}, nil)
	})
}

// adopt makes a session the connection's own, before then goes on: with a
// request key, the answer that opened it may have been for another connection.
func (c *conn) adopt(j ledger.Joined, requestKey string, then func()) {
	if requestKey == "" {
		then()
		return
	}
	ref := rpc.SessionRef{OperationID: j.OperationID, SessionID: j.SessionID}
	cmd := ledger.AdoptSession{By: ledger.By{ParticipantID: c.participantID(), SessionID: j.SessionID},
		PID: c.clientPID(), Connection: c.id, Resume: c.resumeHash()}
	ledger.Submit(c.server.engine, j.OperationID, cmd, func(_ ledger.Done, err error) {
		if err == nil {
			c.opened(ref.OperationID, ref.SessionID) // once more: the connection may have ended meanwhile
		} else {
			c.server.left(ref, err) // the session has ended since; the first answer is due all the same
			c.closed(ref.OperationID, ref.SessionID)
		}
		then()
	})
}

func (c *conn) resumeHash() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return resumeHash(c.token)
}

// duration converts a client's milliseconds. What is longer than a Duration can
// hold, some 292 years, is as good as that.
func duration(ms int64) time.Duration {
	return time.Duration(min(ms, math.MaxInt64/int64(time.Millisecond))) * time.Millisecond
}

// OperationJoin implements [rpc.Handler]. The connection follows the operation
// before it joins, so that it misses nothing.
func (c *conn) OperationJoin(_ context.Context, p *rpc.OperationJoinParams, reply rpc.Reply[rpc.OperationJoinResult]) {
	release, err := c.watch(p.OperationID)
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	by := ledger.By{ParticipantID: c.participantID(), RequestKey: p.RequestKey}
	ledger.Submit(c.server.engine, p.OperationID, ledger.JoinOperation{By: by, PID: c.clientPID(), Connection: c.id, Resume: c.resumeHash()},
		func(j ledger.Joined, err error) {
			defer release()
			if err != nil {
				reply(nil, toWire(err))
				return
			}
			c.opened(p.OperationID, j.SessionID)
			c.adopt(j, p.RequestKey, func() {
				reply(&rpc.OperationJoinResult{OperationID: j.OperationID, ParticipantID: by.ParticipantID,
					IsInitiator: j.Initiator, SessionID: j.SessionID, StartTime: rpc.NewTime(j.Start),
					Aborted: j.Aborted, OperationState: rpc.OperationState(j.Phase)}, nil)
			})
		})
}

// OperationLeave implements [rpc.Handler].
func (c *conn) OperationLeave(_ context.Context, p *rpc.OperationLeaveParams, reply rpc.Reply[rpc.Empty]) {
	var session int64
	perform(c, target{p.OperationID, p.SessionID, p.RequestKey}, reply,
		func(by ledger.By) ledger.Command[ledger.Done] {
			session = by.SessionID
			return ledger.LeaveOperation{By: by, CancelPendingCalls: p.CancelPendingCalls}
		},
		func(ledger.Done) *rpc.Empty {
			c.closed(p.OperationID, session)
			return &rpc.Empty{}
		})
}

// OperationComplete implements [rpc.Handler].
func (c *conn) OperationComplete(_ context.Context, p *rpc.OperationCompleteParams, reply rpc.Reply[rpc.OperationCompleteResult]) {
	perform(c, target{p.OperationID, 0, p.RequestKey}, reply,
		func(by ledger.By) ledger.Command[ledger.Done] {
			return ledger.CompleteOperation{By: by, Force: p.Force}
		},
		func(ledger.Done) *rpc.OperationCompleteResult {
			return &rpc.OperationCompleteResult{BackupPath: c.server.engine.BackupPath(p.OperationID)}
		})
}

// OperationFail implements [rpc.Handler].
func (c *conn) OperationFail(_ context.Context, p *rpc.OperationFailParams, reply rpc.Reply[rpc.Empty]) {
	act(c, target{p.OperationID, 0, p.RequestKey}, reply, func(by ledger.By) ledger.Command[ledger.Done] {
		return ledger.FailOperation{By: by, Reason: p.Reason}
	})
}

// OperationAbort implements [rpc.Handler].
func (c *conn) OperationAbort(_ context.Context, p *rpc.OperationAbortParams, reply rpc.Reply[rpc.Empty]) {
	act(c, target{p.OperationID, 0, p.RequestKey}, reply, func(by ledger.By) ledger.Command[ledger.Done] {
		return ledger.SetAbort{By: by, Value: valueOr(p.Value, true), Reason: p.Reason}
	})
}

// OperationAckAbort implements [rpc.Handler].
func (c *conn) OperationAckAbort(_ context.Context, p *rpc.OperationAckAbortParams, reply rpc.Reply[rpc.Empty]) {
	act(c, target{p.OperationID, 0, p.RequestKey}, reply, func(by ledger.By) ledger.Command[ledger.Done] {
		return ledger.AcknowledgeAbort{By: by}
	})
}

// OperationLog implements [rpc.Handler].
func (c *conn) OperationLog(_ context.Context, p *rpc.OperationLogParams, reply rpc.Reply[rpc.Empty]) {
	act(c, target{p.OperationID, 0, p.RequestKey}, reply, func(by ledger.By) ledger.Command[ledger.Done] {
		return ledger.WriteLog{By: by, Message: p.Message, Level: ledger.LogLevel(p.Level)}
	})
}

// valueOr is an optional field's value.
func valueOr[T any](v *T, otherwise T) T {
	if v == nil {
		return otherwise
	}
	return *v
}
