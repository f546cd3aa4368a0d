package file

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// Read implements [journal.Log].
//
// Readers take no lock, so they may see a write that is under way. What they
// can't tell from damage is looked at again with the lock held: corruption is
// never reported on what someone may have been writing.
func (l *log) Read(ctx context.Context, after int64, latest bool) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		stopped := false
		err := l.each(ctx, after, latest, func(r journal.Record) bool {
			stopped = !yield(r, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(journal.Record{}, err)
		}
	}
}

// each calls visit for the records after seq until it returns false, and keeps
// in mind how far the log goes.
func (l *log) each(ctx context.Context, after int64, latest bool, visit func(journal.Record) bool) error {
	if l.closed {
		return journal.ErrClosed
	}
	c, err := l.cursorAfter(after, latest)
	if err != nil {
		return err
	}
	defer c.close()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		batch, err := l.nextBatch(ctx, c)
		if err != nil {
			return err
		}
		l.adopt(c)
		if batch == nil {
			return nil
		}
		for _, r := range batch {
			if r.Seq > after && !visit(r) {
				return nil
			}
		}
	}
}

// adopt takes note of where c is, if nobody has been further.
func (l *log) adopt(c *cursor) {
	further := c.at.seq > l.end.seq || c.at.seq == l.end.seq && c.at.segment > l.end.segment
	if l.segment != nil && !further || c.at.offset == 0 {
		return
	}
	l.end, l.format = c.at, c.format
	if c.owned {
		l.setSegment(c.file)
		l.readErr = c.readErr
		c.owned = false
	}
}

// nextBatch returns the next batch of whatever segment it is in, or nothing at
// the end of the log.
func (l *log) nextBatch(ctx context.Context, c *cursor) ([]journal.Record, error) {
	for {
		batch, err := c.readBatch()
		if isDamage(err) {
			batch, err = l.readAgain(ctx, c)
		}
		if batch != nil || err != nil || !c.sealed {
			return batch, err
		}
		batch, moved, err := l.cross(c)
		if len(batch) > 0 || !moved || err != nil {
			return batch, err
		}
	}
}

// isDamage tells whether err is about what a segment holds.
func isDamage(err error) bool {
	var corrupt *journal.CorruptError
	return errors.As(err, &corrupt) || errors.Is(err, journal.ErrFormatTooNew)
}

// readAgain reads the batch that seems to be corrupt while nobody can be
// writing it.
func (l *log) readAgain(ctx context.Context, c *cursor) ([]journal.Record, error) {
	if l.lock != nil {
		if err := l.lock.acquire(ctx, true); err != nil {
			return nil, err
		}
		defer l.lock.release()
	}
	c.rewind(c.at)
	return c.readBatch()
}

// cross moves c from a sealed segment to the next, if there is one. What was
// pending is complete then: it is returned. If there is a gap, because the next
// segments have been deleted, the snapshot behind it replaces it.
func (l *log) cross(c *cursor) (batch []journal.Record, moved bool, err error) {
	from := c.next
	n, newest, err := l.segmentAfter(from.segment)
	if n == 0 || err != nil {
		return nil, false, err
	}
	f, readErr, err := l.openSegment(n)
	if errors.Is(err, fs.ErrNotExist) {
		return l.cross(c) // deleted meanwhile, when there was a later one
	}
	if err != nil {
		return nil, false, wrap(err)
	}
	batch = append(batch, c.pending...)
	c.enter(f, readErr, position{segment: n, seq: from.seq})
	c.followed = n < newest
	if n != from.segment+1 {
		c.anySeq = true
		return nil, true, nil
	}
	return batch, true, nil
}

// segmentAfter returns the first segment after n, 0 if there is none, and the
// newest.
func (l *log) segmentAfter(n int) (next, newest int, err error) {
	numbers, err := l.listSegments()
	if err != nil {
		return 0, 0, err
	}
	for _, next := range numbers {
		if next > n {
			return next, numbers[len(numbers)-1], nil
		}
	}
	return 0, 0, nil
}

// listSegments lists the segments wherever the log is by now.
func (l *log) listSegments() ([]int, error) {
	numbers, err := segments(l.trail)
	if errors.Is(err, fs.ErrNotExist) && !l.archived {
		if err := l.locate(); err != nil {
			return nil, err
		}
		numbers, err = segments(l.trail)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s has been deleted", journal.ErrNotFound, l.trail)
	}
	return numbers, wrap(err)
}

// cursorAfter returns a cursor from which one reaches the first record that
// [journal.Log.Read] is to yield.
func (l *log) cursorAfter(after int64, latest bool) (*cursor, error) {
	if !latest && l.segment != nil && after >= l.end.seq {
		return &cursor{file: l.segment, at: l.end, next: l.end, format: l.format}, nil
	}
	for {
		c, err := l.findSegment(after, latest)
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted meanwhile, when there was a later one
		}
		return c, wrap(err)
	}
}

// findSegment returns a cursor at the beginning of a segment: of the newest for
// latest, if that begins after seq, or else of the last one that begins early
// enough, or else of the oldest. A segment whose beginning can't be read is
// passed over here and reported when it is reached. The error is
// fs.ErrNotExist if a segment went away meanwhile.
func (l *log) findSegment(after int64, latest bool) (*cursor, error) {
	numbers, err := l.listSegments()
	if err != nil {
		return nil, err
	}
	if len(numbers) == 0 {
		return nil, &journal.CorruptError{Path: l.trail, Line: 1, Reason: "the trail has no segments"}
	}
	c := new(cursor)
	for newest := len(numbers) - 1; len(numbers) > 0; numbers = numbers[:len(numbers)-1] {
		i := len(numbers) - 1
		f, readErr, err := l.openSegment(numbers[i])
		if err != nil {
			c.close()
			return nil, err
		}
		c.enter(f, readErr, position{segment: numbers[i]})
		c.anySeq = numbers[i] > 1
		c.followed = i < newest
		if head := headSeq(f); head != 0 && (head <= after+1 || latest && i == newest) {
			break
		}
	}
	return c, nil
}

// headSeq returns the number of the first record in a segment, or 0 if it can't
// be read.
func headSeq(f *os.File) int64 {
	c := cursor{in: bufio.NewReader(io.NewSectionReader(f, 0, math.MaxInt64))}
	line, err := c.readLine()
	if err != nil {
		return 0
	}
	e, _ := parseLine(line[:len(line)-1])
	return e.Seq
}
