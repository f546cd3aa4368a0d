package mem

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// log is a handle on an operation. All its state is guarded by store.mu.
type log struct {
	journal *Journal
	op      *operation
	closed  bool
}

// last returns the number of the last record. A log is never empty.
func (op *operation) last() int64 { return op.records[len(op.records)-1].Seq }

// Append implements [journal.Log]. The lock is never held by anyone else, so
// wait makes no difference.
func (l *log) Append(ctx context.Context, after int64, records []journal.Record, _ bool) error {
	if err := journal.CheckBatch(after, records); err != nil {
		return err
	}
	watches, err := l.append(ctx, after, records)
	if err != nil {
		return err
	}
	for _, w := range watches {
		w.notify()
	}
	return nil
}

// append returns the watches to call, which must happen without the mutex.
func (l *log) append(ctx context.Context, after int64, records []journal.Record) ([]*watch, error) {
	s := l.journal.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return nil, err
	}
	switch last := l.op.last(); {
	case last > after:
		return nil, journal.ErrConflict
	case last < after:
		return nil, fmt.Errorf("%w: record %d where %d is due", journal.ErrInvalidBatch, after+1, last+1)
	case l.op.archived:
		return nil, journal.ErrArchived
	}
	l.op.records = append(l.op.records, cloneRecords(records)...)
	return slices.Clone(l.op.watches), nil
}

// Sync implements [journal.Log].
func (l *log) Sync() error {
	s := l.journal.store
	s.mu.Lock()
	defer s.mu.Unlock()
	return l.usableLocked(context.Background())
}

// Read implements [journal.Log]. It yields what was there when it began.
func (l *log) Read(ctx context.Context, after int64, latest bool) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		records, err := l.from(ctx, after, latest)
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
		if err != nil {
			yield(journal.Record{}, err)
		}
	}
}

func (l *log) from(ctx context.Context, after int64, latest bool) ([]journal.Record, error) {
	s := l.journal.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return nil, err
	}
	records := l.op.records
	if skip := after + 1 - records[0].Seq; skip > 0 {
		records = records[min(skip, int64(len(records))):]
	}
	if latest {
		records = records[max(newestSnapshot(records), 0):]
	}
	return records[:len(records):len(records)], nil
}

// Watch implements [journal.Log].
func (l *log) Watch(changed func()) (stop func(), err error) {
	s := l.journal.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := l.usableLocked(context.Background()); err != nil {
		return nil, err
	}
	w := &watch{owner: l.journal, changed: changed}
	l.op.watches = append(l.op.watches, w)
	return func() {
		w.stop()
		s.mu.Lock()
		defer s.mu.Unlock()
		l.op.watches = slices.DeleteFunc(l.op.watches, func(other *watch) bool { return other == w })
	}, nil
}

// UpdateViews implements [journal.Log]. The views are rendered without the
// store's lock, because rendering reads the log.
func (l *log) UpdateViews(ctx context.Context, at int64, views journal.Views) error {
	from, old, err := l.viewed(ctx, at)
	if err != nil {
		return err
	}
	if views.Rebuild() {
		from, old = 0, journal.ViewData{}
	}
	info, err := views.Lines(from, false)
	if err != nil {
		return err
	}
	debug, err := views.Lines(from, true)
	if err != nil {
		return err
	}
	document := old.Document
	if d := views.Document(); d != nil {
		document = bytes.Clone(d)
	}
	s := l.journal.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.op.last() != at {
		return journal.ErrConflict
	}
	l.op.viewed = at
	l.op.views = journal.ViewData{
		Document: document,
		Log:      slices.Concat(old.Log, info),
		DebugLog: slices.Concat(old.DebugLog, debug),
	}
	return nil
}

func (l *log) viewed(ctx context.Context, at int64) (int64, journal.ViewData, error) {
	s := l.journal.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return 0, journal.ViewData{}, err
	}
	if l.op.last() != at {
		return 0, journal.ViewData{}, journal.ErrConflict
	}
	return l.op.viewed, l.op.views, nil
}

// ReadViews implements [journal.Log].
func (l *log) ReadViews() (journal.ViewData, error) {
	s := l.journal.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := l.usableLocked(context.Background()); err != nil {
		return journal.ViewData{}, err
	}
	v := l.op.views
	return journal.ViewData{
		Document: bytes.Clone(v.Document),
		Log:      bytes.Clone(v.Log),
		DebugLog: bytes.Clone(v.DebugLog),
	}, nil
}

// Archive implements [journal.Log]. There is no retention.
func (l *log) Archive(ctx context.Context) (path string, err error) {
	s := l.journal.store
	defer s.listed() // after the mutex is free
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return "", err
	}
	l.op.archived = true
	return l.op.path(), nil
}

// Archived implements [journal.Log].
func (l *log) Archived() (path string, ok bool) {
	s := l.journal.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if !l.op.archived {
		return "", false
	}
	return l.op.path(), true
}

// path is where an archived operation is said to be.
func (op *operation) path() string { return "mem:backup/" + op.id }

// Close implements [journal.Log].
func (l *log) Close() error {
	s := l.journal.store
	s.mu.Lock()
	defer s.mu.Unlock()
	l.closed = true
	return nil
}

// usableLocked returns why the log may not be used, if so.
func (l *log) usableLocked(ctx context.Context) error {
	if l.closed {
		return journal.ErrClosed
	}
	return l.journal.usableLocked(ctx)
}
