package ledger

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
)

// Events yields the events of an operation after a sequence number, live or
// archived. If those have been deleted by the trail's retention it begins with
// the oldest snapshot. An error ends the sequence; what came before is good.
func (e *Engine) Events(ctx context.Context, operationID string, after int64) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		if err := ValidOperationID(operationID); err != nil {
			yield(nil, err)
			return
		}
		// A handle of its own: whoever reads history must not hold up the present.
		log, err := e.journal.Open(ctx, operationID)
		if err != nil {
			yield(nil, storageError(operationID, err))
			return
		}
		defer log.Close()
		for record, err := range log.Read(ctx, after, false) {
			var ev *Event
			if err == nil {
				ev, err = decodeEvent(record)
			}
			if err != nil {
				yield(nil, storageError(operationID, err))
				return
			}
			if !yield(ev, nil) {
				return
			}
		}
	}
}

// StateAt returns an operation as it was: after the last event for which until
// is true.
func (e *Engine) StateAt(ctx context.Context, operationID string, until func(*Event) bool) (*State, error) {
	s := newState()
	for ev, err := range e.Events(ctx, operationID, 0) {
		if err != nil {
			return nil, err
		}
		if s.Seq > 0 && !until(ev) {
			break
		}
		s = s.apply(ev)
	}
	if s.Seq == 0 {
		return nil, operationNotFound(operationID)
	}
	return s, nil
}

// DataJSON encodes what an event says, as it stands in the log.
func (e *Event) DataJSON() (json.RawMessage, error) { return json.Marshal(e.Data) }

// Listing selects operations.
type Listing struct {
	Phases   []Phase // all, if empty
	Archived bool    // the archived ones, too
	After    string  // the last id of the page before
	Limit    int     // 100, if 0
}

// Operations lists operations in the order of their ids, which is that of their
// creation. next is empty at the end of the list. An operation that can't be
// read is left out, and logged.
func (e *Engine) Operations(ctx context.Context, l Listing) (states []*State, next string, err error) {
	ids, err := e.IDs(ctx, l.Archived)
	if err != nil {
		return nil, "", err
	}
	defaultTo(&l.Limit, 100)
	from, found := slices.BinarySearch(ids, l.After)
	if found {
		from++
	}
	for _, id := range ids[from:] {
		if len(states) == l.Limit {
			return states, states[len(states)-1].OperationID, nil
		}
		s, err := e.State(ctx, id)
		switch {
		case ctx.Err() != nil:
			return nil, "", context.Cause(ctx)
		case err != nil:
			e.logger().Warn("operation left out of a listing", "operation", id, "error", err)
		case len(l.Phases) == 0 || slices.Contains(l.Phases, s.Phase):
			states = append(states, s)
		}
	}
	return states, "", nil
}

// Count tells how many operations live.
func (e *Engine) Count(ctx context.Context) (int, error) {
	ids, err := e.IDs(ctx, false)
	return len(ids), err
}

// IDs lists the ids of the operations in the order of their creation, the
// archived ones among them if asked for.
func (e *Engine) IDs(ctx context.Context, archived bool) ([]string, error) {
	ids, err := e.journal.List(ctx, false)
	if err == nil && archived {
		var old []string
		old, err = e.journal.List(ctx, true)
		ids = append(ids, old...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), storageError("", err)
}

// created finds what an earlier request with the same key created.
func (e *Engine) created(ctx context.Context, by By) (Joined, error) {
	ids, err := e.IDs(ctx, true)
	if err != nil {
		return Joined{}, err
	}
	for _, id := range ids {
		if !strings.HasSuffix(id, "-"+by.ParticipantID+"-"+keyDigits(by)) {
			continue
		}
		s, err := e.State(ctx, id)
		if err != nil {
			return Joined{}, err
		}
		known, ok := s.requests.Get(requestID(by.ParticipantID, by.RequestKey))
		if ok && known.Method == (CreateOperation{}).method() {
			return replayAnswer[Joined](known)
		}
	}
	return Joined{}, nil
}
