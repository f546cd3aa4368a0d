package ledger

import (
	"bytes"
	"context"
	"errors"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// viewsDue has the views updated within the bound. They are written by the
// engine that appended; if it dies before, the next one that appends, or opens
// the operation, writes what it left out, because a view always continues from
// its own last line.
func (o *operation) viewsDue() {
	o.viewsDirty = true
	o.mu.Lock()
	defer o.mu.Unlock()
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
	rebuild   bool
}

func (v *views) Rebuild() bool { return v.rebuild }

func (v *views) Document() []byte {
	return v.state.Document(v.operation.lastBeats()).indented()
}

// Lines reads the events again: they are not kept in memory, and this runs at
// most every 100 ms.
func (v *views) Lines(after int64, debug bool) ([]byte, error) {
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
		if line, level := LogLine(e); line != "" && (debug || level != LevelDebug) {
			out.WriteString(line)
			out.WriteByte('\n')
		}
	}
	return out.Bytes(), nil
}

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
	o.mu.Lock()
	waiting := o.unsynced
	o.unsynced = nil
	o.mu.Unlock()
	for _, answer := range waiting {
		answer(storageError(o.id, err))
	}
	if o.archived {
		o.tell(Update{OperationID: o.id, State: o.state.Load(), ArchivedAt: path})
	}
}

// finishLater archives an operation that another engine ended, should that one
// not do it itself; archiving twice does nothing.
func (o *operation) finishLater() {
	o.engine.opts.Clock.AfterFunc(o.engine.opts.Timings.FinishForeign, func() {
		o.post(func(in *inbox) { in.archive = true })
	})
}
