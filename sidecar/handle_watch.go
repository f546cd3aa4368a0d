package sidecar

import (
	"context"
	"errors"
	"slices"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// OperationHeartbeat implements [rpc.Handler].
func (c *conn) OperationHeartbeat(_ context.Context, p *rpc.OperationHeartbeatParams, reply rpc.Reply[rpc.OperationHeartbeatResult]) {
	result := &rpc.OperationHeartbeatResult{LedgerExists: true, Participants: []string{},
		ParticipantHeartbeatAges: map[string]int64{}, StaleParticipants: []string{}}
	ids := []string{p.OperationID}
	if p.OperationID == "" {
		ids = c.following()
	}
	for _, id := range ids {
		if err := c.beat(id, result); err != nil {
			reply(nil, toWire(err))
			return
		}
	}
	if p.Progress == nil || len(ids) == 0 {
		reply(result, nil)
		return
	}
	// Progress is the one part of a beat that others want to read later.
	perform(c, target{ids[0], 0, ""}, reply,
		func(by ledger.By) ledger.Command[ledger.Done] {
			return ledger.ReportProgress{By: by, Percent: p.Progress.Percent, Message: p.Progress.Message}
		},
		func(ledger.Done) *rpc.OperationHeartbeatResult { return result })
}

func (c *conn) following() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids := make([]string, 0, len(c.follows))
	for id := range c.follows {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// beat adds what one operation has to say to a heartbeat's result. An operation
// that has ended says so and is no error.
func (c *conn) beat(operationID string, r *rpc.OperationHeartbeatResult) error {
	by, err := c.by(operationID, 0, "")
	if err != nil {
		return err
	}
	b, err := c.server.engine.Heartbeat(operationID, by)
	if b.State != nil && b.State.Phase != ledger.Running {
		r.LedgerExists = false
		r.AbortFlag = r.AbortFlag || b.State.Abort != nil
		return nil
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	stale := c.stale
	c.mu.Unlock()
	r.AbortFlag = r.AbortFlag || b.State.Abort != nil
	r.HeartbeatUpdated = true
	r.CallFrameCount += int64(b.State.FrameCount())
	r.TempResourceCount += int64(b.State.ResourceCount())
	r.HeartbeatAgeMs = max(r.HeartbeatAgeMs, b.Age.Milliseconds())
	r.IsStale = r.IsStale || stale > 0 && r.HeartbeatAgeMs > stale
	for _, participant := range b.State.Participants() {
		present := participant.State != ledger.Left && participant.State != ledger.Lost
		if present && !slices.Contains(r.Participants, participant.ID) {
			r.Participants = append(r.Participants, participant.ID)
		}
		if participant.State == ledger.Suspect && !slices.Contains(r.StaleParticipants, participant.ID) {
			r.StaleParticipants = append(r.StaleParticipants, participant.ID)
		}
	}
	for id, age := range b.Ages {
		r.ParticipantHeartbeatAges[id] = max(r.ParticipantHeartbeatAges[id], age.Milliseconds())
	}
	return nil
}

// OperationWait implements [rpc.Handler].
func (c *conn) OperationWait(ctx context.Context, p *rpc.OperationWaitParams, reply rpc.Reply[rpc.OperationWaitResult]) {
	if slices.Contains(p.Until, rpc.WaitTimeout) {
		reply(nil, rpc.NewError(rpc.CodeInvalidParams, "until names what to wait for; timeoutMs says how long.", rpc.ErrorData{Field: "until"}))
		return
	}
	bounded, cancel := withTimeout(ctx, p.TimeoutMs)
	defer cancel()
	reached := rpc.WaitTimeout
	state, err := c.server.engine.Wait(bounded, p.OperationID, func(s *ledger.State) bool {
		_, ok := holds(s, p.Until)
		return ok
	})
	switch {
	case err == nil:
		reached, _ = holds(state, p.Until)
	case errors.Is(context.Cause(bounded), errTimeout):
		// It may be over before the engine has looked even once.
		state, err = c.server.engine.State(ctx, p.OperationID)
	}
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	reply(&rpc.OperationWaitResult{Reached: reached, State: rpc.OperationState(state.Phase)}, nil)
}

// holds finds the first condition that is true of a state.
func holds(s *ledger.State, until []rpc.WaitCondition) (rpc.WaitCondition, bool) {
	for _, condition := range until {
		ok := false
		switch condition {
		case rpc.WaitAborted:
			ok = s.Abort != nil
		case rpc.WaitFailed:
			ok = s.Phase == ledger.Cleanup || s.Phase == ledger.Failed
		case rpc.WaitCompleted:
			ok = s.Phase == ledger.Completed
		case rpc.WaitEnded:
			ok = s.Phase.Ended()
		case rpc.WaitTimeout:
			// Nothing to wait for: timeoutMs says when.
		}
		if ok {
			return condition, true
		}
	}
	return "", false
}

// CallAwait implements [rpc.Handler].
func (c *conn) CallAwait(ctx context.Context, p *rpc.CallAwaitParams, reply rpc.Reply[rpc.CallOutcome]) {
	outcomes, _, err := c.await(ctx, p.OperationID, []string{p.CallID}, p.TimeoutMs)
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	reply(outcomeToWire(outcomes[0]), nil)
}

// CallSync implements [rpc.Handler].
func (c *conn) CallSync(ctx context.Context, p *rpc.CallSyncParams, reply rpc.Reply[rpc.CallSyncResult]) {
	outcomes, state, err := c.await(ctx, p.OperationID, p.CallIDs, p.TimeoutMs)
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	result := &rpc.CallSyncResult{OperationFailed: state.Phase == ledger.Cleanup || state.Phase == ledger.Failed}
	for _, o := range outcomes {
		sorted := &result.FailedCalls
		switch o.Status {
		case ledger.Succeeded:
			sorted = &result.SuccessfulCalls
		case ledger.CallUnknown:
			sorted = &result.UnknownCalls
		case ledger.CallFailed, ledger.CallCrashed, ledger.CallCancelled: // as set
		}
		*sorted = append(*sorted, *outcomeToWire(o))
	}
	reply(result, nil)
}

func (c *conn) await(ctx context.Context, operationID string, ids []string, timeoutMs *int64) ([]*ledger.Outcome, *ledger.State, error) {
	ctx, cancel := withTimeout(ctx, timeoutMs)
	defer cancel()
	outcomes, state, err := c.server.engine.AwaitCalls(ctx, operationID, ids)
	if err != nil && errors.Is(context.Cause(ctx), errTimeout) {
		err = &ledger.Error{Code: ledger.CallTimeout, OperationID: operationID, CallIDs: ids,
			Message: "the time ran out before the calls had ended; they go on"}
	}
	return outcomes, state, err
}

// withTimeout bounds a wait; nil means for ever.
func withTimeout(ctx context.Context, ms *int64) (context.Context, context.CancelFunc) {
	if ms == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, duration(*ms), errTimeout)
}
