package file

import (
	"context"
	"fmt"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// maxKeptBuffer is how large a buffer of an append may be to be used again.
const maxKeptBuffer = 1 << 20

// Append implements [journal.Log].
//
// The common case is four system calls: lock, size, write, unlock. That the log
// is as long as this handle knows it is all there is to check, because whoever
// does anything else to the log makes its segment longer first: see seal.
func (l *log) Append(ctx context.Context, after int64, records []journal.Record, wait bool) error {
	if err := journal.CheckBatch(after, records); err != nil {
		return err
	}
	old, head := splitAtSnapshot(records)
	var err error
	l.buffer, err = encode(l.buffer[:0], old, encoding{goesOn: head != nil})
	if err != nil {
		return err
	}
	if err := l.catchUp(ctx, after); err != nil {
		return err
	}
	if err := l.lock.acquire(ctx, wait); err != nil {
		return err
	}
	defer l.lock.release()
	if err := l.confirmEnd(); err != nil {
		return err
	}
	if head != nil {
		err = l.appendSegment(l.buffer, head)
	} else {
		err = l.write(l.buffer)
	}
	if cap(l.buffer) > maxKeptBuffer {
		l.buffer = nil
	}
	if err != nil {
		return err
	}
	if head == nil {
		l.end.line += int64(len(records))
		l.end.seq = records[len(records)-1].Seq
	}
	return nil
}

// splitAtSnapshot returns what goes to the current segment and what begins the
// next; head is nil if there is no snapshot.
func splitAtSnapshot(records []journal.Record) (old, head []journal.Record) {
	for i := range records {
		if records[i].Snapshot {
			return records[:i], records[i:]
		}
	}
	return records, nil
}

// encoding tells encode where the records will stand.
type encoding struct {
	head   bool // at the beginning of a segment
	goesOn bool // before more records of the same batch
}

// encode appends the lines of records to dst. Every line but the last of a
// batch says that more is to come, so that readers, who take no lock, see a
// batch when it is there as a whole, and never one that failed in the middle
// and was taken back.
func encode(dst []byte, records []journal.Record, where encoding) ([]byte, error) {
	for i := range records {
		if size := len(records[i].Data); size > maxLine-4096 {
			return dst, fmt.Errorf("%w: record %d has %d bytes, at most %d are allowed",
				journal.ErrInvalidBatch, records[i].Seq, size, maxLine-4096)
		}
		e := entry{Record: records[i], batch: where.goesOn || i < len(records)-1}
		if where.head && i == 0 {
			e.format = formatVersion
		}
		dst = appendLine(dst, &e)
	}
	return dst, nil
}

// catchUp makes end known, if it isn't. It returns ErrConflict if that is
// beyond after, and what else is known without the lock.
func (l *log) catchUp(ctx context.Context, after int64) error {
	if l.closed {
		return journal.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	grown := false
	if l.segment == nil || l.end.seq < after || l.archived {
		err := l.each(ctx, after, false, func(journal.Record) bool {
			grown = true
			return false
		})
		if err != nil {
			return err
		}
	}
	switch {
	case grown || l.end.seq > after:
		return journal.ErrConflict
	case l.end.seq < after:
		return fmt.Errorf("%w: record %d where %d is due", journal.ErrInvalidBatch, after+1, l.end.seq+1)
	case l.format > formatVersion:
		return l.tooNew()
	case l.lock == nil || l.archived:
		return journal.ErrArchived
	}
	return nil
}

func (l *log) tooNew() error {
	return fmt.Errorf("%w (%d, this program knows %d): %s", journal.ErrFormatTooNew, l.format, formatVersion, l.trail)
}

// confirmEnd returns nil if the log ends where this handle believes it does;
// what is torn behind it has been cut off then. The lock is held.
func (l *log) confirmEnd() error {
	size, err := fileSize(l.segment)
	if err != nil {
		return wrap(err)
	}
	if size == l.end.offset {
		return nil
	}
	c := &cursor{file: l.segment, at: l.end, next: l.end, format: l.format}
	batch, err := c.readBatch()
	if err != nil {
		return err
	}
	if batch != nil {
		return journal.ErrConflict
	}
	// Torn, or sealed by someone who was going to do more, and may have.
	if err := l.locate(); err != nil {
		return err
	}
	next, _, err := l.segmentAfter(l.end.segment)
	switch {
	case err != nil:
		return err
	case next != 0 && !c.sealed:
		c.followed = true
		return c.checkEnd()
	case next != 0:
		return journal.ErrConflict
	case l.archived:
		return journal.ErrArchived
	case l.readErr != nil:
		return wrap(l.readErr)
	}
	return wrap(l.segment.Truncate(l.end.offset))
}

// write puts lines behind the end, or leaves the segment as it was. The lock
// is held. Of end it moves only the offset.
func (l *log) write(lines []byte) error {
	if l.readErr != nil {
		return wrap(l.readErr)
	}
	if _, err := l.segment.WriteAt(lines, l.end.offset); err != nil {
		return l.takeBack(err)
	}
	l.end.offset += int64(len(lines))
	return nil
}

// takeBack cuts off what has been written behind the end, because of err. If
// that fails too, what remains is no complete batch, and the next appender
// cuts it off.
func (l *log) takeBack(err error) error {
	_ = l.segment.Truncate(l.end.offset)
	return wrap(err)
}
