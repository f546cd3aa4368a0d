package ledger

import (
	"context"
	"slices"
	"sync"
)

// readState is the command that changes nothing: its answer is the state after
// everything submitted before it.
type readState struct{ By }

func (readState) method() string { return "" }

func (readState) decide(s *State, _ *env) ([]EventData, *State, error) { return nil, s, nil }

// State returns the newest state of an operation, live or archived. What other
// engines have appended is looked for first.
func (e *Engine) State(ctx context.Context, operationID string) (*State, error) {
	type reply struct {
		state *State
		err   error
	}
	replies := make(chan reply, 1)
	t := &task[*State]{cmd: readState{}, done: func(s *State, err error) { replies <- reply{s, err} }}
	for {
		o, err := e.operation(operationID)
		if err != nil {
			return nil, err
		}
		if o.post(func(in *inbox) { in.tasks, in.look = append(in.tasks, t), true }) {
			break
		}
	}
	select {
	case r := <-replies:
		return r.state, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Wait returns the first state of an operation for which until is true, looking
// at the present one first. until is never called concurrently with itself, nor
// after Wait has returned. It returns ctx's cause if that ends before.
func (e *Engine) Wait(ctx context.Context, operationID string, until func(*State) bool) (*State, error) {
	var mu sync.Mutex // the first look may coincide with an update, and so may the end
	over := false
	holds := func(s *State) bool {
		mu.Lock()
		defer mu.Unlock()
		return !over && until(s)
	}
	defer func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
	}()
	found := make(chan Update, 1)
	sub, err := e.Subscribe(operationID, func(u Update) {
		if u.Err != nil || holds(u.State) {
			select {
			case found <- u:
			default: // the first one counts
			}
		}
	})
	if err != nil {
		return nil, err
	}
	defer sub.Stop()
	s, err := e.State(ctx, operationID)
	if err != nil || holds(s) {
		return s, err
	}
	select {
	case u := <-found:
		return u.State, u.Err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// AwaitCalls returns how calls ended, in the order asked for, when all of them
// have, or when the operation is failing. A call that is still open then, that
// is forgotten or never was has the status unknown. It returns ctx's cause if
// that ends before.
func (e *Engine) AwaitCalls(ctx context.Context, operationID string, ids []string) ([]*Outcome, *State, error) {
	outcomes := make(map[string]*Outcome, len(ids))
	settled := func(s *State) bool {
		for _, id := range ids {
			if _, open := s.Frame(id); open {
				continue
			}
			if o, ok := s.Outcome(id); ok && outcomes[id] == nil {
				outcomes[id] = o
			}
		}
		return s.Phase != Running || !slices.ContainsFunc(ids, func(id string) bool {
			_, open := s.Frame(id)
			return open
		})
	}
	s, err := e.Wait(ctx, operationID, settled)
	if err != nil {
		return nil, nil, err
	}
	list := make([]*Outcome, len(ids))
	for i, id := range ids {
		if list[i] = outcomes[id]; list[i] != nil {
			continue
		}
		list[i] = &Outcome{CallID: id, Status: CallUnknown}
		if f, open := s.Frame(id); open && f.State == FrameCrashed {
			list[i].Status = CallCrashed
		}
	}
	return list, s, nil
}

// Ended lists the calls that an event ended, in a state that includes the event.
func Ended(s *State, e *Event) []*Outcome {
	var ended []*Outcome
	for i := len(s.finishedOrder) - 1; i >= 0 && s.finishedOrder[i].seq >= e.Seq; i-- {
		at := s.finishedOrder[i]
		if o, ok := s.finished.Get(at.callID); ok && at.seq == e.Seq && o.Seq == e.Seq {
			ended = append(ended, o)
		}
	}
	slices.Reverse(ended)
	return ended
}
