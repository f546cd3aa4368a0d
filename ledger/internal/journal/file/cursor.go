package file

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// position is a place between two records.
type position struct {
	segment int   // from 1; 0 is no position
	offset  int64 // in the segment, in bytes
	line    int64 // lines before it in the segment
	seq     int64 // the record before it
}

// cursor reads a segment, batch by batch. It never looks beyond its segment;
// that is the business of the log, which moves it with enter.
type cursor struct {
	file  *os.File
	owned bool // file is to be closed with the cursor
	// readErr is why the file could only be opened for reading, if so.
	readErr error
	in      *bufio.Reader

	at      position // behind the last complete batch
	next    position // behind the last complete line
	pending []journal.Record
	format  int // of the segment; 0 before its first line has been read
	// anySeq is set where the number of the next record is unknown: it is the
	// snapshot at the beginning of the oldest segment that is left.
	anySeq bool
	// followed is set where a later segment is known to exist.
	followed bool
	// sealed is set once the end of a segment has been reached to which
	// nothing will be added: the next one exists or was about to be made.
	sealed bool
}

// enter begins with another segment, of which the cursor becomes the owner.
func (c *cursor) enter(f *os.File, readErr error, at position) {
	c.close()
	c.file, c.owned, c.readErr = f, true, readErr
	c.rewind(at)
	c.format, c.anySeq, c.followed = 0, false, false
}

// rewind begins again at a position in the segment, and forgets what it has
// buffered and what is pending.
func (c *cursor) rewind(at position) {
	c.in = nil
	c.at, c.next = at, at
	c.pending, c.sealed = c.pending[:0], false
}

func (c *cursor) close() {
	if c.owned {
		_ = c.file.Close() // only read from
	}
	c.file, c.owned = nil, false
}

// readBatch returns the records of the next batch that is complete, valid
// until the next call, or none at the end. What follows the last batch is a
// torn tail then, unless sealed is set: it may be part of a batch that goes on
// in the next segment. The error may be a CorruptError.
func (c *cursor) readBatch() ([]journal.Record, error) {
	if c.in == nil {
		size, err := fileSize(c.file)
		if err != nil {
			return nil, err
		}
		rest := size - c.next.offset
		switch {
		case rest < 0:
			return nil, c.damaged("the segment is shorter than it was")
		case rest == 0:
			return nil, c.checkEnd()
		}
		section := io.NewSectionReader(c.file, c.next.offset, math.MaxInt64-c.next.offset)
		c.in = bufio.NewReaderSize(section, int(min(rest+1, 64<<10)))
	}
	for {
		line, err := c.readLine()
		switch {
		case errors.Is(err, io.EOF):
			return nil, c.endOfFile(line)
		case err != nil:
			return nil, err
		case len(line) == 1:
			return nil, c.seal()
		}
		e, reason := parseLine(line[:len(line)-1])
		if reason != "" && c.next.offset == 0 {
			c.format = declaredFormat(line) // a newer one may not have our checksum
		}
		if reason == "" {
			reason = c.unexpected(&e)
		}
		if reason != "" {
			return nil, c.damaged(reason)
		}
		c.next.offset += int64(len(line))
		c.next.line++
		c.next.seq = e.Seq
		c.pending = append(c.pending, e.Record)
		if !e.More && !e.batch {
			batch := c.pending
			c.pending = c.pending[:0]
			c.at = c.next
			return batch, nil
		}
	}
}

// readLine returns a line with its newline, or what there is at the end of the
// file with io.EOF. The caller owns it.
func (c *cursor) readLine() ([]byte, error) {
	var line []byte
	for {
		part, err := c.in.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
		if len(line) > maxLine {
			return nil, c.damaged(fmt.Sprintf("the line is longer than %d bytes", maxLine))
		}
	}
}

// unexpected says what is wrong with a valid line at this place, if anything.
// It learns the format from the first.
func (c *cursor) unexpected(e *entry) (reason string) {
	first := c.next.offset == 0
	switch {
	case first != (e.format != 0):
		return "a format version belongs on the first line of a segment, and only there"
	case first && e.Snapshot != (c.at.segment > 1), !first && e.Snapshot:
		return "a snapshot belongs at the beginning of every segment but the first, and only there"
	case !c.anySeq && e.Seq != c.next.seq+1:
		return fmt.Sprintf("record %d where %d is due", e.Seq, c.next.seq+1)
	}
	c.anySeq = false
	if first {
		c.format = e.format
	}
	return ""
}

// endOfFile judges what is behind the last newline.
func (c *cursor) endOfFile(tail []byte) error {
	if i := bytes.IndexByte(tail, 0); i >= 0 {
		if len(bytes.TrimRight(tail[i:], "\x00")) > 0 {
			return c.damaged("NUL bytes that do not reach the end of the file")
		}
	} else if len(tail) > 0 {
		// What is torn off is the end. A whole line that ends in anything but
		// a newline has been acknowledged and damaged since.
		if _, reason := parseLine(tail[:len(tail)-1]); reason == "" {
			return c.damaged("the record does not end in a newline")
		}
	}
	return c.checkEnd()
}

// checkEnd returns an error where a segment may not end.
func (c *cursor) checkEnd() error {
	switch {
	case c.at.offset == 0:
		// Segments are made under another name and renamed when complete.
		return c.damaged("the segment does not begin with a complete record")
	case c.followed:
		return c.damaged("the segment is not complete, although there is a later one")
	}
	return nil
}

// seal notes the empty line that ends a segment.
func (c *cursor) seal() error {
	if _, err := c.in.Peek(1); err == nil || c.at.offset == 0 {
		return c.damaged("an empty line belongs only at the end of a segment")
	}
	c.sealed = true
	return nil
}

// damaged returns a CorruptError for the line behind next. In a segment of a
// newer format it is not for us to judge.
func (c *cursor) damaged(reason string) error {
	if c.format > formatVersion {
		return fmt.Errorf("%w (%d, this program knows %d): %s", journal.ErrFormatTooNew, c.format, formatVersion, c.file.Name())
	}
	return &journal.CorruptError{Path: c.file.Name(), Line: c.next.line + 1, Byte: c.next.offset, Reason: reason}
}

// fileSize returns the size of an open file with one cheap call: files are
// read and written at explicit offsets only, so that the offset is free for it.
func fileSize(f *os.File) (int64, error) { return f.Seek(0, io.SeekEnd) }
