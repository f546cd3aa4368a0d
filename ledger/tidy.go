package ledger

import (
	"context"
	"slices"
)

// Tidy finishes what engines that died have left half done: it ends operations
// whose cleanup a dead engine had begun, and archives those that have ended. It
// returns their ids. An operation that can't be read is left alone, and logged.
func (e *Engine) Tidy(ctx context.Context) ([]string, error) {
	ids, err := e.IDs(ctx, false)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var finished []string
	for _, id := range ids {
		done, err := e.finish(ctx, id)
		if ctx.Err() != nil {
			return finished, context.Cause(ctx)
		}
		if err != nil && CodeOf(err) != OperationNotFound { // another engine was faster
			e.logger().Warn("operation can't be finished", "operation", id, "error", err)
		}
		if done {
			finished = append(finished, id)
		}
	}
	return finished, nil
}

// finish ends or archives an operation that nobody else does it for.
func (e *Engine) finish(ctx context.Context, id string) (bool, error) {
	s, err := e.State(ctx, id)
	if err != nil {
		return false, err
	}
	if s.Phase == Cleanup && s.Failure != nil {
		// Looked for after the state was read: an engine that is named there and
		// not found alive has died since, and isn't one that is only just opening.
		alive, err := e.alive(ctx, s.Failure.Coordinator)
		if err != nil || alive {
			return false, err
		}
		_, err = Do(ctx, e, id, FinishFailure{})
		return err == nil, err
	}
	if !s.Phase.Ended() {
		return false, nil
	}
	o, err := e.operation(id)
	if err != nil {
		return false, err
	}
	o.post(func(in *inbox) { in.archive = true })
	return true, nil
}

func (e *Engine) alive(ctx context.Context, engineID string) (bool, error) {
	engines, err := e.Engines(ctx)
	return slices.ContainsFunc(engines, func(v EngineInfo) bool { return v.ID == engineID && v.Alive }), err
}
