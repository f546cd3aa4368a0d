package ledger

import (
	"context"
	"slices"
)

// Update is what has happened to an operation.
type Update struct {
	// OperationID is the operation.
	OperationID string
	// Events are new, in order. Those of other engines come the same way as our own.
	Events []*Event
	// State is the state after them.
	State *State
	// ArchivedAt is where the record lies now, in the one update that tells so.
	ArchivedAt string
	// Err is why no further update will come, in the last one.
	Err error
}

// Subscription is somebody's wish to be told what happens to an operation.
type Subscription struct {
	operation *operation
	notify    func(Update)
}

// Subscribe has notify called with everything that happens to an operation from
// now on, in order and never concurrently with itself. It must not block. While
// there is a subscription the operation's log is watched. An operation that
// can't be read is told in an update with Err.
func (e *Engine) Subscribe(operationID string, notify func(Update)) (*Subscription, error) {
	for {
		o, err := e.operation(operationID)
		if err != nil {
			return nil, err
		}
		s := &Subscription{operation: o, notify: notify}
		if o.post(func(in *inbox) {
			o.subs = append(slices.Clip(o.subs), s)
			in.follow = in.follow || len(o.subs) == 1
		}) {
			return s, nil
		}
	}
}

// Stop ends the subscription. An update that is under way may still arrive.
func (s *Subscription) Stop() {
	o := s.operation
	o.post(func(in *inbox) {
		o.subs = slices.DeleteFunc(slices.Clone(o.subs), func(other *Subscription) bool { return other == s })
		in.follow = in.follow || len(o.subs) == 0
	})
}

func (s *Subscription) fail(err error) {
	s.notify(Update{OperationID: s.operation.id, State: s.operation.state.Load(), Err: err})
}

// follow watches the log while somebody wants to know.
func (o *operation) follow() {
	o.mu.Lock()
	wanted := len(o.subs) > 0
	o.mu.Unlock()
	switch {
	case wanted && o.stopWatch == nil:
		stop, err := o.log.Watch(o.look)
		if err != nil {
			o.engine.logger().Error("watch", "operation", o.id, "error", err)
			return
		}
		o.stopWatch = stop
		o.note(o.catchUp()) // what came before the watch began
	case !wanted && o.stopWatch != nil:
		o.stopWatch()
		o.stopWatch = nil
	}
}

// look is called whenever the log may have grown, by our own appends too.
func (o *operation) look() {
	o.post(func(in *inbox) { in.look = true })
}

// replay reads the log from its newest snapshot.
func (o *operation) replay() error {
	err := o.read(true, nil)
	o.recent.seen(o.state.Load().Seq)
	return err
}

// catchUp reads what others have appended and tells the subscribers.
func (o *operation) catchUp() error {
	if o.broken != nil || o.state.Load().Phase.Ended() {
		return o.broken
	}
	var events []*Event
	err := o.read(false, func(e *Event) { events = append(events, e) })
	if len(events) > 0 {
		o.publish(events)
		if o.state.Load().Phase.Ended() {
			o.finishLater()
		}
	}
	err = storageError(o.id, err)
	o.breakIf(err)
	return err
}

// breakIf gives the log up for good if no second look will find more in it. What
// else can go wrong, such as too many open files, passes.
func (o *operation) breakIf(err error) {
	if code := CodeOf(err); o.broken == nil && (code == Corrupt || code == FormatTooNew) {
		o.broken = err
		o.tell(Update{OperationID: o.id, State: o.state.Load(), Err: err})
	}
}

// note tells of a log that can't be read where nobody has asked. Whoever asks
// for something that needs the rest of it gets the error again.
func (o *operation) note(err error) {
	if err != nil {
		o.engine.logger().Warn("the log can't be read on", "operation", o.id, "error", err)
	}
}

// read applies what is in the log after what is known. A snapshot that does not
// follow on replaces the state: what was between has been deleted.
func (o *operation) read(latest bool, each func(*Event)) error {
	state := o.state.Load()
	defer func() { o.state.Store(state) }()
	for record, err := range o.log.Read(context.Background(), state.Seq, latest) {
		if err != nil {
			return err
		}
		e, err := decodeEvent(record)
		if err != nil {
			return &Error{Code: Corrupt, OperationID: o.id, cause: err,
				Message: "the operation's log holds an event that can't be understood; tomledger check says what can be repaired"}
		}
		state = state.apply(e)
		o.sinceSnapshot += int64(len(record.Data))
		if record.Snapshot {
			o.sinceSnapshot, o.snapshotSize = 0, int64(len(record.Data))
		}
		if each != nil {
			each(e)
		}
	}
	return nil
}

// publish tells the subscribers and those who wait for calls.
func (o *operation) publish(events []*Event) {
	o.recent.add(events)
	o.dropBeats(events)
	o.tell(Update{OperationID: o.id, Events: events, State: o.state.Load()})
	o.advance()
}

func (o *operation) tell(u Update) {
	o.mu.Lock()
	subs := o.subs
	o.mu.Unlock()
	for _, s := range subs {
		s.notify(u)
	}
}

// advance does what follows from a state without anybody asking: the engine
// that began a cleanup ends it.
func (o *operation) advance() {
	s := o.state.Load()
	if s.Phase != Cleanup || s.Failure == nil || s.Failure.Coordinator != o.engine.opts.EngineID {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.inbox.tasks = append(o.inbox.tasks, &task[Done]{cmd: FinishFailure{}, done: func(_ Done, err error) {
		if err != nil {
			o.engine.logger().Error("finish failure", "operation", o.id, "error", err)
		}
	}})
}
