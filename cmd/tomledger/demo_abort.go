package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/tomledger/tomledger/rpc"
)

// unwind ends a player's part in an aborted operation, from the inside out: the
// participants it has started first, then what it has made, then its word that
// this is done, then its calls.
func (p *player) unwind(ctx context.Context, cause error) error {
	var signal signalled
	code := exitAborted
	var errs []error
	if errors.As(cause, &signal) {
		code = exitCode(cause)
		_, err := p.client.OperationAbort(ctx, &rpc.OperationAbortParams{OperationID: p.operation, Reason: "Ctrl-C"})
		errs = append(errs, err)
	} else {
		errs = append(errs, p.logTold(ctx))
	}
	for _, a := range p.children {
		errs = append(errs, a.wait())
	}
	errs = append(errs, p.discard(ctx))
	_, err := p.client.OperationAckAbort(ctx, &rpc.OperationAckAbortParams{OperationID: p.operation})
	errs = append(errs, err)
	if p.call != "" {
		_, err := p.client.OperationLeave(ctx, &rpc.OperationLeaveParams{OperationID: p.operation, CancelPendingCalls: true})
		return errors.Join(append(errs, err)...)
	}
	if err := errors.Join(append(errs, p.completeAborted(ctx))...); err != nil {
		return err
	}
	return silence{code}
}

// logTold records how long after the abort this process knew of it. The two
// clocks are one, since all are on this machine.
func (p *player) logTold(ctx context.Context) error {
	state, err := p.client.OperationState(ctx, &rpc.OperationStateParams{OperationID: p.operation})
	if err != nil || state.Abort == nil {
		return err
	}
	if p.joinedLate {
		return p.log(ctx, "found the operation aborted on joining it")
	}
	select {
	case at := <-p.told: // a call that was refused may have been quicker
		ms := at.UTC().Truncate(time.Millisecond).Sub(state.Abort.At.Time).Milliseconds()
		return p.log(ctx, "told of the abort after %d ms: stops, and unwinds", max(0, ms))
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// completeAborted ends the operation once everybody has unwound. It is completed
// and not failed: nothing was lost, and the record says that it was aborted.
func (p *player) completeAborted(ctx context.Context) error {
	state, err := p.client.OperationState(ctx, &rpc.OperationStateParams{OperationID: p.operation})
	if err != nil {
		return err
	}
	if len(state.Abort.Pending) > 0 {
		return errors.New("these have not acknowledged the abort: " + strings.Join(state.Abort.Pending, ", "))
	}
	if err := p.log(ctx, "all have acknowledged: %s", strings.Join(state.Abort.AcknowledgedBy, ", ")); err != nil {
		return err
	}
	_, err = p.client.OperationComplete(ctx, &rpc.OperationCompleteParams{OperationID: p.operation})
	return err
}

// abortListener hears of aborts. What else a sidecar tells, the demo's players
// learn by asking.
type abortListener struct{ aborted func() }

// OperationAborted implements [rpc.Events].
func (l abortListener) OperationAborted(p *rpc.OperationAbortedEvent) {
	if p.Value {
		l.aborted()
	}
}

// OperationFailed implements [rpc.Events].
func (abortListener) OperationFailed(*rpc.OperationFailedEvent) {}

// OperationCompleted implements [rpc.Events].
func (abortListener) OperationCompleted(*rpc.OperationCompletedEvent) {}

// OperationParticipantJoined implements [rpc.Events].
func (abortListener) OperationParticipantJoined(*rpc.ParticipantEvent) {}

// OperationParticipantLeft implements [rpc.Events].
func (abortListener) OperationParticipantLeft(*rpc.ParticipantEvent) {}

// CallCancelRequested implements [rpc.Events].
func (abortListener) CallCancelRequested(*rpc.CallCancelRequestedEvent) {}

// CallFinished implements [rpc.Events].
func (abortListener) CallFinished(*rpc.CallFinishedEvent) {}

// LedgerBackupCreated implements [rpc.Events].
func (abortListener) LedgerBackupCreated(*rpc.LedgerBackupCreatedEvent) {}

// LedgerLogLine implements [rpc.Events].
func (abortListener) LedgerLogLine(*rpc.LedgerLogLineEvent) {}

// LedgerEventsDropped implements [rpc.Events].
func (abortListener) LedgerEventsDropped(*rpc.LedgerEventsDroppedEvent) {}
