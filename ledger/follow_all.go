package ledger

import (
	"context"
	"sync"
	"time"
)

// follower follows all operations of a ledger, also those yet to be created.
type follower struct {
	engine *Engine
	notify func(Update)
	wake   chan struct{} // holds one: the list of operations may have changed
	ctx    context.Context

	// One goroutine at a time reads the list; these are its.
	live     map[string]*Subscription
	archived map[string]bool

	mu    sync.Mutex // guards ended
	ended []string   // operations of which nothing more will come
}

// followPause is how often the list of operations is read at most: whatever is
// written into the ledger directory asks for it.
const followPause = 20 * time.Millisecond

// SubscribeAll has notify called with everything that happens to any operation
// from when it is noticed, a moment after its creation. What happened before
// can be read from its trail. Updates of one operation come in order; those of
// different ones may come concurrently.
func (e *Engine) SubscribeAll(notify func(Update)) (stop func(), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	f := &follower{engine: e, notify: notify, wake: make(chan struct{}, 1), ctx: ctx,
		live: map[string]*Subscription{}, archived: map[string]bool{}}
	unwatch, err := e.journal.WatchList(f.look)
	if err != nil {
		cancel()
		return nil, storageError("", err)
	}
	if err := f.begin(); err != nil {
		cancel()
		unwatch()
		return nil, err
	}
	var done sync.WaitGroup
	done.Go(f.run)
	return func() {
		cancel()
		unwatch()
		done.Wait()
		f.end()
	}, nil
}

func (f *follower) look() {
	select {
	case f.wake <- struct{}{}:
	default: // it is noted already
	}
}

// begin takes what is archived now as known.
func (f *follower) begin() error {
	old, err := f.engine.journal.List(f.ctx, true)
	if err != nil {
		return storageError("", err)
	}
	for _, id := range old {
		f.archived[id] = true
	}
	return f.refresh()
}

func (f *follower) run() {
	poll := time.NewTicker(f.engine.opts.Timings.FollowPoll) // what the file system doesn't tell
	defer poll.Stop()
	for {
		select {
		case <-f.ctx.Done():
			return
		case <-poll.C:
		case <-f.wake:
		}
		if err := f.refresh(); err != nil && f.ctx.Err() == nil {
			f.engine.logger().Warn("the list of operations can't be read", "error", err)
		}
		select {
		case <-f.ctx.Done():
		case <-time.After(followPause):
		}
	}
}

// refresh follows what is new and tells of what was archived unnoticed.
func (f *follower) refresh() error {
	live, err := f.engine.journal.List(f.ctx, false)
	if err != nil {
		return storageError("", err)
	}
	old, err := f.engine.journal.List(f.ctx, true)
	if err != nil {
		return storageError("", err)
	}
	f.forget()
	for _, id := range live {
		if f.live[id] != nil || f.archived[id] {
			continue
		}
		if s, err := f.engine.Subscribe(id, f.update); err == nil {
			f.live[id] = s
		}
	}
	for _, id := range old {
		if f.live[id] == nil && !f.archived[id] {
			f.archived[id] = true
			f.notify(Update{OperationID: id, ArchivedAt: f.engine.BackupPath(id)})
		}
	}
	return nil
}

// update runs on the engine's goroutine, which must not wait for a list to be read.
func (f *follower) update(u Update) {
	f.notify(u)
	if u.ArchivedAt == "" && u.Err == nil {
		return
	}
	f.mu.Lock()
	f.ended = append(f.ended, u.OperationID)
	f.mu.Unlock()
	f.look()
}

func (f *follower) forget() {
	f.mu.Lock()
	ended := f.ended
	f.ended = nil
	f.mu.Unlock()
	for _, id := range ended {
		f.archived[id] = true
		if s := f.live[id]; s != nil {
			s.Stop()
			delete(f.live, id)
		}
	}
}

func (f *follower) end() {
	for _, s := range f.live {
		s.Stop()
	}
}
