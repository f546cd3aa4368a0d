package ledger

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// operation is one operation in the memory of one engine.
//
// At any time at most one goroutine, the runner, works on it: whoever finds it
// idle becomes the runner and does its own work and that of all who come
// meanwhile (flat combining: a wake-up costs more than the work). The others
// put their work into the queue and go on.
type operation struct {
	engine *Engine
	id     string
	state  atomic.Pointer[State] // the newest; written by the runner

	mu      sync.Mutex // guards the inbox and what follows it
	inbox   inbox
	running bool // there is a runner
	gone    bool // evicted or closed: to be looked up again
	subs    []*Subscription
	beats   map[int64]time.Time // by session: the last sign of life

	syncing              bool           // a goroutine syncs
	unsynced             []func(error)  // answers that wait for the next sync
	syncers              sync.WaitGroup // that goroutine, for shut
	viewTimer, syncTimer bool           // a timer is running

	// What follows belongs to the runner.
	log           journal.Log
	broken        error // why the log can't be read on
	stopWatch     func()
	sinceSnapshot int64 // bytes
	snapshotSize  int64 // bytes
	viewsDirty    bool
	recent        recentEvents
	archived      bool
	ending        []func(error) // answers that wait for the archive
}

// inbox is the work that waits for a runner.
type inbox struct {
	tasks   []pending
	look    bool // the log may have grown
	views   bool // the views are due
	archive bool // the operation has ended and must be archived
	follow  bool // the first subscriber came, or the last one left
	close   chan struct{}
}

func (b *inbox) empty() bool {
	return len(b.tasks) == 0 && !b.look && !b.views && !b.archive && !b.follow && b.close == nil
}

// newOperation makes an operation that has a runner already: whoever made it.
func newOperation(e *Engine, id string) *operation {
	o := &operation{engine: e, id: id, running: true, beats: map[int64]time.Time{}}
	o.state.Store(newState())
	return o
}

// load opens and replays the log, then works on what has come meanwhile.
func (o *operation) load() {
	log, err := o.engine.journal.Open(context.Background(), o.id)
	if err == nil {
		o.log = log
		err = o.replay()
	}
	err = storageError(o.id, err)
	if err != nil && o.state.Load().Seq == 0 {
		o.fail(err)
		return
	}
	o.note(err)
	o.breakIf(err)
	o.run(false)
}

// fail answers everybody who waits and forgets the operation.
func (o *operation) fail(err error) {
	o.engine.forget(o)
	o.mu.Lock()
	o.gone = true
	work, subs := o.inbox, o.subs
	o.inbox, o.subs = inbox{}, nil
	o.mu.Unlock()
	if o.stopWatch != nil {
		o.stopWatch()
	}
	if o.log != nil {
		o.log.Close()
	}
	for _, t := range work.tasks {
		t.finish(err)
	}
	for _, s := range subs {
		s.fail(err)
	}
	if work.close != nil {
		close(work.close)
	}
}

// submit queues a task, and does it if nobody else works here. It returns false
// if the operation has been evicted.
func (o *operation) submit(t pending) bool {
	return o.post(func(in *inbox) { in.tasks = append(in.tasks, t) })
}

// post puts work into the inbox and becomes the runner if there is none.
func (o *operation) post(put func(*inbox)) bool {
	o.mu.Lock()
	if o.gone {
		o.mu.Unlock()
		return false
	}
	put(&o.inbox)
	idle := !o.running
	o.running = true
	o.mu.Unlock()
	if idle {
		o.run(true)
	}
	return true
}

// run works until nothing is left to do. An inline runner is somebody else's
// goroutine, a connection's reader perhaps: it does one round of quick work
// without waiting for anything, and hands over what is left.
func (o *operation) run(inline bool) {
	for {
		work, ok := o.take()
		if !ok {
			return
		}
		if inline && (work.archive || work.close != nil || work.follow || work.views) {
			o.handOver(work)
			return
		}
		if work.look {
			o.note(o.catchUp())
		}
		if len(work.tasks) > 0 && !o.commit(work.tasks, !inline) {
			work.look = false
			o.handOver(work)
			return
		}
		o.serve(work)
		if inline && o.hasWork() {
			o.handOver(inbox{})
			return
		}
	}
}

// serve does what is not a task.
func (o *operation) serve(work inbox) {
	if work.follow {
		o.follow()
	}
	if work.views {
		o.updateViews()
	}
	if work.archive {
		o.archive()
	}
	if work.close != nil && !o.closeLater(work.close) {
		o.shut()
		close(work.close)
	}
	if o.archived {
		o.retire()
	}
}

// take empties the inbox, or ends the run.
func (o *operation) take() (inbox, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.inbox.empty() {
		o.running = false
		return inbox{}, false
	}
	work := o.inbox
	o.inbox = inbox{}
	return work, true
}

func (o *operation) hasWork() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.inbox.empty()
}

// handOver gives the run to a goroutine of its own, together with work that was
// taken and not done.
func (o *operation) handOver(work inbox) {
	o.mu.Lock()
	in := &o.inbox
	in.tasks = append(work.tasks, in.tasks...)
	in.look = in.look || work.look
	in.views = in.views || work.views
	in.archive = in.archive || work.archive
	in.follow = in.follow || work.follow
	if work.close != nil {
		in.close = work.close
	}
	o.mu.Unlock()
	o.engine.work.Add(1) // never from zero after Close: the operation isn't shut yet
	go func() {
		defer o.engine.work.Done()
		o.run(false)
	}()
}

// commit decides tasks and appends what they yield. It returns false, with
// nothing done, if it would have to wait and may not.
func (o *operation) commit(tasks []pending, wait bool) bool {
	b, err := o.decideAndAppend(tasks, wait)
	if errors.Is(err, journal.ErrBusy) {
		return false
	}
	if err != nil || len(b.events) == 0 {
		b.answer(storageError(o.id, err))
		return true
	}
	o.count(b.records)
	o.state.Store(b.state)
	o.publish(b.events)
	o.viewsDue()
	o.acknowledge(b)
	return true
}

// decideAndAppend repeats reading and deciding until nobody else was faster.
//
// What changes nothing is not appended, so no conflict would tell that it was
// decided on an old state. Before a command is refused, or answered from what is
// known, the log is looked at.
func (o *operation) decideAndAppend(tasks []pending, wait bool) (*batch, error) {
	for {
		b, err := o.decide(tasks)
		if err == nil && b.changesNothing() {
			if err = o.catchUp(); err == nil && o.state.Load().Seq != b.base {
				continue
			}
		}
		if err != nil || len(b.events) == 0 {
			return b, err
		}
		err = o.log.Append(context.Background(), b.base, b.records, wait)
		if !errors.Is(err, journal.ErrConflict) && !errors.Is(err, journal.ErrArchived) {
			return b, err
		}
		if caught := o.catchUp(); caught != nil {
			return b, caught
		}
		if o.state.Load().Seq == b.base {
			return b, err // it isn't that others were faster
		}
	}
}

// decide decides tasks on the newest known state. A log that can't be read on
// can't be appended to either; what is known of it can still be asked for.
func (o *operation) decide(tasks []pending) (*batch, error) {
	b := newBatch(o, o.state.Load(), o.engine.env())
	for _, t := range tasks {
		b.add(t)
	}
	if len(b.events) == 0 {
		return b, nil
	}
	if o.broken != nil {
		return b, o.broken
	}
	if o.snapshotIsDue(b) {
		return b, b.snapshot()
	}
	return b, nil
}

// The cost of a snapshot is spread over at least four times its own size.
const (
	minSnapshotEvery  = 1 << 20 // bytes
	snapshotAmortized = 4
)

func (o *operation) snapshotIsDue(b *batch) bool {
	size := o.sinceSnapshot
	for _, r := range b.records {
		size += int64(len(r.Data))
	}
	return size >= max(minSnapshotEvery, snapshotAmortized*o.snapshotSize) && !b.state.Phase.Ended()
}

// count keeps track of how much there is since the last snapshot.
func (o *operation) count(records []journal.Record) {
	for _, r := range records {
		o.sinceSnapshot += int64(len(r.Data))
		if r.Snapshot {
			o.sinceSnapshot, o.snapshotSize = 0, int64(len(r.Data))
		}
	}
}

// evict closes the operation if nobody needs it here.
func (o *operation) evict() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.running || o.viewTimer || o.syncTimer || o.syncing || len(o.subs) > 0 || !o.inbox.empty() {
		return false
	}
	o.gone = true
	o.log.Close()
	return true
}

// close brings everything to disk and returns when it is there.
func (o *operation) close() {
	done := make(chan struct{})
	if o.post(func(in *inbox) { in.close = done }) {
		<-done
	}
}

// closeLater puts closing off while what this round has decided is not done: who
// ended the operation is answered when it is archived, and a failure that began
// here is to be finished here.
func (o *operation) closeLater(done chan struct{}) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.inbox.tasks) == 0 && !o.inbox.archive {
		return false
	}
	o.inbox.close = done
	return true
}

// shut is close's work, done by the runner.
func (o *operation) shut() {
	o.syncers.Wait()
	o.updateViews()
	if o.engine.opts.Durability != ProcessDurability {
		if err := o.log.Sync(); err != nil {
			o.engine.logger().Error("sync at close", "operation", o.id, "error", err)
		}
	}
	o.fail(errClosed)
}
