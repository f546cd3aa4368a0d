package main

import (
	"context"
	"errors"
	"sync"

	"github.com/tomledger/tomledger/ledger"
)

// batchSize is how many events of the past are printed with one write.
const batchSize = 256

// events hands over the events of an operation so far.
func (l *reader) events(ctx context.Context, id string, emit func([]*ledger.Event) error) error {
	_, err := l.eventsAfter(ctx, id, 0, emit)
	return err
}

// eventsAfter returns the number of the last event.
func (l *reader) eventsAfter(ctx context.Context, id string, seq int64, emit func([]*ledger.Event) error) (int64, error) {
	var batch []*ledger.Event
	for e, err := range l.Events(ctx, id, seq) {
		if err != nil {
			return seq, errors.Join(emit(batch), err) // what came before is good
		}
		batch, seq = append(batch, e), e.Seq
		if len(batch) == batchSize {
			if err := emit(batch); err != nil {
				return seq, err
			}
			batch = nil
		}
	}
	return seq, emit(batch)
}

// follow hands over the events so far and what comes, until the operation ends.
func (l *reader) follow(ctx context.Context, id string, emit func([]*ledger.Event) error) error {
	news := newUpdates()
	sub, err := l.Subscribe(id, news.add)
	if err != nil {
		return err
	}
	defer sub.Stop()
	// When the state is known the subscription has begun: whatever the log does
	// not hold now will come as an update.
	state, err := l.State(ctx, id)
	if err != nil {
		return err
	}
	seen, err := l.eventsAfter(ctx, id, 0, emit)
	if err != nil {
		return err
	}
	for ended := state.Phase.Ended(); !ended; {
		updates, err := news.wait(ctx)
		if err != nil {
			return err
		}
		for _, u := range updates {
			if u.Err != nil {
				return u.Err
			}
			if err := emit(after(seen, u.Events)); err != nil {
				return err
			}
			seen, ended = max(seen, u.State.Seq), u.State.Phase.Ended()
		}
	}
	return nil
}

// after returns the events that come after a number.
func after(seq int64, events []*ledger.Event) []*ledger.Event {
	for len(events) > 0 && events[0].Seq <= seq {
		events = events[1:]
	}
	return events
}

// updates keeps what a subscription tells until somebody has the time.
type updates struct {
	mu   sync.Mutex
	list []ledger.Update
	some chan struct{} // has an element if there may be some
}

func newUpdates() *updates { return &updates{some: make(chan struct{}, 1)} }

func (u *updates) add(update ledger.Update) {
	u.mu.Lock()
	u.list = append(u.list, update)
	u.mu.Unlock()
	select {
	case u.some <- struct{}{}:
	default: // it is known already
	}
}

// wait returns what has come, at least one update.
func (u *updates) wait(ctx context.Context) ([]ledger.Update, error) {
	select {
	case <-u.some:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	list := u.list
	u.list = nil
	return list, nil
}
