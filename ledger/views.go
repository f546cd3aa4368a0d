package ledger

import (
	"bytes"
	"context"
	"errors"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// viewsDue has the views updated within the bound. They are written by the
// engine that appended; if it dies before, the next one that appends to
// the operation writes what it left out, because a view always continues from
// its own last line.
func (o *operation) viewsDue() {
	o.viewsDirty = true
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.recent.events) >= fullRecent {
		o.inbox.views = true // now, while they are still in memory
	}
	if o.viewTimer || o.inbox.archive {
		return
	}
	o.viewTimer = true
	o.engine.opts.Clock.AfterFunc(o.engine.opts.Timings.Coalesce, func() {
		o.post(func(in *inbox) {
			o.viewTimer = false
			in.views = true
		})
	})
}

// updateViews writes the views if they lag. It is the runner's.
func (o *operation) updateViews() {
	if !o.viewsDirty || o.broken != nil || o.archived {
		return
	}
	s := o.state.Load()
	err := o.log.UpdateViews(context.Background(), s.Seq, &views{operation: o, state: s})
	// Written or not: what failed is rendered from the log next time, and when
	// that is must not depend on how much is waiting.
	o.recent.seen(s.Seq)
	if err == nil || errors.Is(err, journal.ErrConflict) { // whoever was faster writes them
		o.viewsDirty = false
		return
	}
	o.engine.logger().Warn("views are not up to date", "operation", o.id, "error", err)
	o.viewsDue()
}

// views renders an operation for people.
type views struct {
	operation *operation
	state     *State
	recent    []renderedLine // rendered once, for both logs
}

type renderedLine struct {
	seq   int64
	text  string
	level LogLevel
}

func (v *views) Rebuild() bool { return false }

func (v *views) Document() []byte {
	return v.state.Document(v.operation.lastBeats()).indented()
}

// Lines renders what is still in memory, or reads the log again if another
// engine left out more than that.
func (v *views) Lines(after int64, debug bool) ([]byte, error) {
	if after < v.operation.recent.after {
		return v.read(after, debug)
	}
	if v.recent == nil {
		for _, e := range v.operation.recent.events {
			v.recent = append(v.recent, render(e))
		}
	}
	var out bytes.Buffer
	for _, l := range v.recent {
		if l.seq > after {
			l.write(&out, debug)
		}
	}
	return out.Bytes(), nil
}

func (v *views) read(after int64, debug bool) ([]byte, error) {
	var out bytes.Buffer
	for record, err := range v.operation.log.Read(context.Background(), after, false) {
		if err != nil {
			return nil, err
		}
		if record.Seq > v.state.Seq {
			break
		}
		e, err := decodeEvent(record)
		if err != nil {
			return nil, err
		}
		render(e).write(&out, debug)
	}
	return out.Bytes(), nil
}

func render(e *Event) renderedLine {
	text, level := LogLine(e)
	return renderedLine{e.Seq, text, level}
}

func (l renderedLine) write(out *bytes.Buffer, debug bool) {
	if l.text != "" && (debug || l.level != LevelDebug) {
		out.WriteString(l.text)
		out.WriteByte('\n')
	}
}

// recentEvents are those that the views may lack: all after a sequence number.
type recentEvents struct {
	after  int64
	events []*Event
}

// When there are fullRecent, the views are updated without waiting; beyond
// maxRecent the log is read again.
const (
	fullRecent = 4_000
	maxRecent  = 20_000
)

func (r *recentEvents) add(events []*Event) {
	if events[0].Seq != r.after+int64(len(r.events))+1 || len(r.events)+len(events) > maxRecent {
		*r = recentEvents{after: events[0].Seq - 1}
	}
	r.events = append(r.events, events...)
}

// seen forgets what is in the views.
func (r *recentEvents) seen(seq int64) { *r = recentEvents{after: seq} }

// archive moves an ended operation to the backups and answers those who ended it.
func (o *operation) archive() {
	if !o.state.Load().Phase.Ended() || o.archived || o.engine.opts.ReadOnly {
		return
	}
	var err error
	if o.engine.opts.Durability != ProcessDurability {
		err = o.log.Sync()
	}
	o.viewsDirty = true
	o.updateViews()
	path, archiveErr := o.log.Archive(context.Background())
	if archiveErr != nil {
		// The end is in the log, which is what counts: the next engine that
		// finds the operation archives it.
		o.engine.logger().Error("archive", "operation", o.id, "error", archiveErr)
	}
	o.archived = archiveErr == nil
	for _, answer := range o.ending {
		answer(storageError(o.id, err))
	}
	o.ending = nil
	if o.archived {
		o.tell(Update{OperationID: o.id, State: o.state.Load(), ArchivedAt: path})
	}
}

// retire forgets an operation that is archived and that nobody follows: it is
// over, and would only keep its files open.
func (o *operation) retire() {
	o.mu.Lock()
	idle := !o.gone && len(o.subs) == 0 && o.inbox.empty() && !o.viewTimer && !o.syncTimer && !o.syncing
	o.gone = o.gone || idle
	o.mu.Unlock()
	if !idle {
		return
	}
	o.engine.forget(o)
	if o.stopWatch != nil {
		o.stopWatch()
	}
	if err := o.log.Close(); err != nil {
		o.engine.logger().Warn("close", "operation", o.id, "error", err)
	}
}

// finishLater archives an operation that another engine ended, should that one
// not do it itself; archiving twice does nothing.
func (o *operation) finishLater() {
	if o.engine.opts.ReadOnly {
		return
	}
	o.engine.opts.Clock.AfterFunc(o.engine.opts.Timings.FinishForeign, func() {
		o.post(func(in *inbox) { in.archive = true })
	})
}
