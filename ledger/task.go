package ledger

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// pending is a command on its way through an operation, whatever its answer.
type pending interface {
	// run decides the command, or finds the answer it was given before.
	run(s *State, env *env) ([]EventData, *Request, error)
	// finish gives the answer, or the error. It is called once.
	finish(err error)
	by() By
}

// task is a command with its answer. It is decided again, and its answer
// replaced, as often as another engine is faster.
type task[A any] struct {
	cmd    Command[A]
	answer A
	done   func(A, error)
}

func (t *task[A]) by() By { return t.cmd.by() }

func (t *task[A]) finish(err error) {
	if err != nil {
		var none A
		t.done(none, err)
		return
	}
	t.done(t.answer, nil)
}

func (t *task[A]) run(s *State, env *env) ([]EventData, *Request, error) {
	by := t.cmd.by()
	if by.RequestKey != "" {
		if known, ok := s.requests.Get(requestID(by.ParticipantID, by.RequestKey)); ok {
			return nil, nil, t.replay(known)
		}
	}
	events, answer, err := t.cmd.decide(s, env)
	if err != nil {
		return nil, nil, err
	}
	t.answer = answer
	if by.RequestKey == "" || len(events) == 0 {
		return events, nil, nil
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return nil, nil, fmt.Errorf("remember the answer to %s: %w", t.cmd.method(), err)
	}
	return events, &Request{Key: by.RequestKey, Method: t.cmd.method(), Answer: raw}, nil
}

func (t *task[A]) replay(known *Request) error {
	if known.Method != t.cmd.method() {
		return &Error{Code: InvalidParams, Field: "requestKey",
			Message: fmt.Sprintf("this requestKey was used for %s; use a new one for %s", known.Method, t.cmd.method())}
	}
	answer, err := replayAnswer[A](known)
	t.answer = answer
	return err
}

// batch is what is decided together and written with one write.
type batch struct {
	operation *operation
	env       *env
	base      int64 // the last event before the batch
	state     *State
	events    []*Event
	records   []journal.Record
	tasks     []decided
}

// decided is a task with what became of it.
type decided struct {
	task   pending
	err    error
	events bool // whether it changed anything
}

func newBatch(o *operation, s *State, env *env) *batch {
	return &batch{operation: o, env: env, base: s.Seq, state: s}
}

// add decides a task on the state that the tasks before it lead to. Its error
// is the task's, and kept with it.
func (b *batch) add(t pending) {
	data, request, err := t.run(b.state, b.env)
	if err == nil {
		err = b.append(t.by(), data, request)
	}
	b.tasks = append(b.tasks, decided{task: t, err: err, events: len(data) > 0})
}

// append makes events of what was decided. They count together or not at all.
func (b *batch) append(by By, data []EventData, request *Request) error {
	state, events, records := b.state, b.events, b.records
	for i, d := range data {
		last := i == len(data)-1
		e := b.event(state, by, d)
		e.More = !last
		if last {
			e.Request = request
		}
		record, err := encodeEvent(e)
		if err != nil {
			return err
		}
		state = state.apply(e)
		events, records = append(events, e), append(records, record)
	}
	b.state, b.events, b.records = state, events, records
	return nil
}

func (b *batch) event(s *State, by By, d EventData) *Event {
	e := &Event{Seq: s.Seq + 1, At: b.env.now, ParticipantID: by.ParticipantID, SessionID: by.SessionID,
		EngineID: b.operation.engine.opts.EngineID, Data: d}
	if _, joins := d.(*JoinedData); joins {
		e.SessionID = s.lastSession + 1
	}
	if !s.Start.IsZero() {
		e.Elapsed = max(0, e.At.Sub(s.Start)) // clocks of two machines may differ
	}
	return e
}

// changesNothing tells whether there is a task without an event.
func (b *batch) changesNothing() bool {
	return slices.ContainsFunc(b.tasks, func(d decided) bool { return !d.events })
}

// snapshot adds the whole state, so that replay can begin there.
func (b *batch) snapshot() error {
	return b.append(By{}, []EventData{&SnapshotData{State: b.state.save()}}, nil)
}

// obligation tells whether balanced durability syncs an event before it is
// acknowledged: what creates something to be cleaned up, or ends it.
func obligation(e *Event) bool {
	switch e.Data.(type) {
	case *CreatedData, *RegisteredData, *ReleasedData, *CleanedData, *CleanupStartedData, *FailedData, *CompletedData:
		return true
	default:
		return false
	}
}

// answer gives every task its answer: its own error, or err for those that
// would have changed something, and for those that were decided on what they
// would have changed.
func (b *batch) answer(err error) {
	changed := false
	for _, d := range b.tasks {
		changed = changed || d.events
		if err != nil && changed {
			d.task.finish(err)
			continue
		}
		d.task.finish(d.err)
	}
}
