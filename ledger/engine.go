package ledger

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// Engine works on the operations of one ledger. Any number of engines, in this
// process and in others, may work on one ledger at the same time; they share
// nothing but its journal. All methods may be called concurrently.
type Engine struct {
	opts    Options
	journal journal.Journal
	release func() error // ends the proof of life
	started time.Time

	mu     sync.Mutex            // guards the fields below; taken before operation.mu
	loaded map[string]*operation // each is looked up here and nowhere else
	crowd  int                   // how many there may be before it is worth looking whom to evict
	newest time.Time             // in the id of the operation that was created last
	closed bool
	work   sync.WaitGroup // goroutines that work on operations
}

// EngineInfo is an engine that works on the ledger.
type EngineInfo struct {
	ID    string
	Alive bool
	Self  bool
}

// errClosed is what an engine answers after Close.
var errClosed = errors.New("ledger: the engine is closed")

// ErrReadOnly is what an engine answers that was opened for reading only.
var ErrReadOnly = errors.New("ledger: the engine was opened for reading only")

// open starts an engine on a journal, which it owns from then on.
func open(j journal.Journal, opts Options) (*Engine, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	release := func() error { return nil }
	if !opts.ReadOnly {
		if release, err = j.Enroll(opts.EngineID); err != nil {
			return nil, storageError("", err)
		}
	}
	e := &Engine{opts: opts, journal: j, release: release, started: opts.Clock.Now(), loaded: map[string]*operation{}}
	return e, nil
}

// Close finishes what is under way, brings the views up to date and lets go of
// the ledger. Sessions stay open: ending them is the business of who holds the
// connections.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	ops := make([]*operation, 0, len(e.loaded))
	for _, o := range e.loaded {
		ops = append(ops, o)
	}
	e.mu.Unlock()
	for _, o := range ops {
		o.close()
	}
	e.work.Wait()
	return errors.Join(e.release(), e.journal.Close())
}

// ID names the engine.
func (e *Engine) ID() string { return e.opts.EngineID }

// Host names the machine the engine runs on.
func (e *Engine) Host() string { return e.opts.Host }

// Durability is what an acknowledged change survives.
func (e *Engine) Durability() Durability { return e.opts.Durability }

// Limits are what one operation may hold.
func (e *Engine) Limits() Limits { return e.opts.Limits }

// BackupPath is where the record of an operation lies once it is archived.
func (e *Engine) BackupPath(operationID string) string { return e.journal.BackupPath(operationID) }

// Now is the engine's time, as it stands in the log.
func (e *Engine) Now() time.Time { return wallNow(e.opts.Clock.Now()) }

// Uptime is how long the engine has been open.
func (e *Engine) Uptime() time.Duration { return e.opts.Clock.Now().Sub(e.started) }

// Engines tells which engines work on the ledger.
func (e *Engine) Engines(ctx context.Context) ([]EngineInfo, error) {
	found, err := e.journal.Engines(ctx)
	if err != nil {
		return nil, storageError("", err)
	}
	list := make([]EngineInfo, len(found))
	for i, f := range found {
		list[i] = EngineInfo{ID: f.ID, Alive: f.Alive, Self: f.ID == e.opts.EngineID}
	}
	return list, nil
}

func (e *Engine) env() *env {
	return &env{now: e.Now(), host: e.opts.Host, limits: e.opts.Limits, random: e.opts.Random}
}

func (e *Engine) logger() *slog.Logger { return e.opts.Logger }

// operation finds or begins to load an operation. What is asked of it waits
// until it is there.
func (e *Engine) operation(id string) (*operation, error) {
	if err := ValidOperationID(id); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, errClosed
	}
	if o := e.loaded[id]; o != nil {
		return o, nil
	}
	e.evictLocked()
	o := newOperation(e, id)
	e.loaded[id] = o
	e.goLocked(o.load)
	return o, nil
}

// goLocked starts a goroutine that Close waits for; e.mu is held, so that none
// starts after Close has begun to wait.
func (e *Engine) goLocked(f func()) {
	e.work.Add(1)
	go func() {
		defer e.work.Done()
		f()
	}()
}

// evictLocked makes room if there is too much in memory that nobody follows.
func (e *Engine) evictLocked() {
	if len(e.loaded) < max(e.opts.MaxLoaded, e.crowd) {
		return
	}
	for id, o := range e.loaded {
		if len(e.loaded) < e.opts.MaxLoaded {
			break
		}
		if o.evict() {
			delete(e.loaded, id)
		}
	}
	e.crowd = 0
	if len(e.loaded) >= e.opts.MaxLoaded {
		e.crowd = 2 * len(e.loaded) // so that the cost of looking at all is spread
	}
}

func (e *Engine) forget(o *operation) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.loaded[o.id] == o {
		delete(e.loaded, o.id)
	}
}

// Submit gives a command to an operation. done is called once, after what was
// decided is written (and synced, as the durability asks), or with an error; it
// may be called before Submit returns, from whichever goroutine did the work,
// and must not block. Commands of one goroutine on one operation take effect in
// the order they are submitted.
func Submit[A any](e *Engine, operationID string, cmd Command[A], done func(A, error)) {
	t := &task[A]{cmd: cmd, done: done}
	for {
		o, err := e.operation(operationID)
		if err == nil {
			err = e.checkCommand(cmd.by())
		}
		if err != nil {
			t.finish(err)
			return
		}
		if o.submit(t) {
			return
		}
		// It was evicted between finding and using it: look again.
	}
}

// Do is Submit for callers that wait. If ctx ends first, the command may still
// take effect.
func Do[A any](ctx context.Context, e *Engine, operationID string, cmd Command[A]) (A, error) {
	type reply struct {
		answer A
		err    error
	}
	replies := make(chan reply, 1) // so that a late answer blocks nobody
	Submit(e, operationID, cmd, func(a A, err error) { replies <- reply{a, err} })
	select {
	case r := <-replies:
		return r.answer, r.err
	case <-ctx.Done():
		var none A
		return none, context.Cause(ctx)
	}
}

// checkCommand checks what is the same for every command.
func (e *Engine) checkCommand(b By) error {
	if e.opts.ReadOnly {
		return ErrReadOnly
	}
	if len(b.RequestKey) <= MaxRequestKeyBytes {
		return nil
	}
	return &Error{Code: InvalidParams, Field: "requestKey", Message: "a requestKey may have 128 bytes"}
}

// Create begins an operation and joins it. It writes new files and returns when
// they are there. Unless notify is nil it is subscribed from the first event on;
// see [Engine.Subscribe].
func (e *Engine) Create(ctx context.Context, cmd CreateOperation, notify func(Update)) (Joined, *Subscription, error) {
	if err := errors.Join(ValidParticipantID(cmd.ParticipantID), e.checkCommand(cmd.By)); err != nil {
		return Joined{}, nil, err
	}
	if cmd.RequestKey != "" {
		known, err := e.created(ctx, cmd.By)
		if err != nil {
			return Joined{}, nil, err
		}
		if known.OperationID != "" {
			return e.again(known, notify)
		}
	}
	now := e.Now()
	cmd.OperationID = newOperationID(e.idTime(now), cmd.By, e.opts.Random)
	o, answer, batch, err := e.begin(ctx, cmd, now)
	if err != nil {
		return Joined{}, nil, err
	}
	var s *Subscription
	if notify != nil {
		s = &Subscription{operation: o, notify: notify}
		o.subs, o.inbox.follow = []*Subscription{s}, true
	}
	if err := e.keep(o, batch); err != nil {
		return Joined{}, nil, err
	}
	return answer, s, nil
}

// idTime is the time in the id of an operation that is created now. No two that
// an engine creates have the same, so that the order of ids is that of creation.
func (e *Engine) idTime(now time.Time) time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	at := now.Truncate(time.Millisecond)
	if !at.After(e.newest) {
		at = e.newest.Add(time.Millisecond)
	}
	e.newest = at
	return at
}

// again answers a repeated request.
func (e *Engine) again(known Joined, notify func(Update)) (Joined, *Subscription, error) {
	if notify == nil {
		return known, nil, nil
	}
	s, err := e.Subscribe(known.OperationID, notify)
	return known, s, err
}

// keep makes a new operation known, and its first events. Whoever created it is
// its runner until here.
func (e *Engine) keep(o *operation, b *batch) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		o.gone = true
		return errors.Join(errClosed, o.log.Close())
	}
	e.evictLocked()
	e.loaded[o.id] = o
	e.goLocked(func() {
		o.publish(b.events)
		o.viewsDue()
		o.run(false)
	})
	return nil
}

// begin decides and writes the first events of an operation.
func (e *Engine) begin(ctx context.Context, cmd CreateOperation, now time.Time) (*operation, Joined, *batch, error) {
	t := &task[Joined]{cmd: cmd}
	env := e.env()
	env.now = now
	o := newOperation(e, cmd.OperationID)
	b := newBatch(o, newState(), env)
	b.add(t)
	if err := b.tasks[0].err; err != nil {
		return nil, Joined{}, nil, err
	}
	log, err := e.journal.Create(ctx, cmd.OperationID, b.records, e.opts.Durability != ProcessDurability)
	if err != nil {
		return nil, Joined{}, nil, storageError(cmd.OperationID, err)
	}
	o.log = log
	o.state.Store(b.state)
	o.count(b.records)
	return o, t.answer, b, nil
}

// randomHex makes the eight digits of an operation id.
func randomHex(random func() uint64) string {
	const hex = "0123456789abcdef"
	r := random()
	var b [8]byte
	for i := range b {
		b[i] = hex[r>>(4*i)&15]
	}
	return string(b[:])
}

// newOperationID makes an id like 20260122T143045.123-cli-a1b2c3d4. With a
// request key the last part is derived from it, so that a repeated request can
// find what the first one created, even after a restart.
func newOperationID(now time.Time, by By, random func() uint64) string {
	digits := randomHex(random)
	if by.RequestKey != "" {
		digits = keyDigits(by)
	}
	return now.Format("20060102T150405.000") + "-" + by.ParticipantID + "-" + digits
}

func keyDigits(by By) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(requestID(by.ParticipantID, by.RequestKey))).String()[:8]
}
