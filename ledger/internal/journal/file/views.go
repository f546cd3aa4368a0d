package file

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// tailLength is how much of a log view is read to find its last line.
const tailLength = 64 << 10

// viewed is what this handle has written to the log views: while they have the
// size they had then, there is no need to look at them.
type viewed struct {
	at             int64
	log, debugSize int64
}

// viewPath is where a view of the log is by now.
func (l *log) viewPath(name string) string {
	if l.archived {
		return filepath.Join(l.journal.backup(l.id), name)
	}
	return l.journal.liveView(l.id, name)
}

// UpdateViews implements [journal.Log]. Whoever archived a log has updated its
// views before; afterwards they are only written anew, for repair: there is no
// lock, and nobody else appends.
func (l *log) UpdateViews(ctx context.Context, at int64, views journal.Views) error {
	if err := l.catchUp(ctx, at); err != nil && !errors.Is(err, journal.ErrArchived) {
		return err
	}
	if l.lock != nil && !l.archived {
		if err := l.lock.acquire(ctx, true); err != nil {
			return err
		}
		defer l.lock.release()
		if err := l.confirmEnd(); err != nil && !errors.Is(err, journal.ErrArchived) {
			return err
		}
	}
	if l.archived && !views.Rebuild() {
		return nil
	}
	logSize, err := l.updateLog(logName, l.viewed.log, at, views, false)
	if err != nil {
		return err
	}
	debugSize, err := l.updateLog(debugLogName, l.viewed.debugSize, at, views, true)
	if err != nil {
		return err
	}
	l.viewed = viewed{at: at, log: logSize, debugSize: debugSize}
	document := views.Document()
	if document == nil {
		return nil
	}
	return wrap(replaceFile(l.journal.disk, l.viewPath(documentName), document))
}

// updateLog appends the missing lines to a log view, or writes it anew if it
// can't be continued, and returns its size. known is its size as this handle
// left it, when it was complete up to viewed.at.
func (l *log) updateLog(name string, known, at int64, views journal.Views, debug bool) (size int64, err error) {
	path := l.viewPath(name)
	if views.Rebuild() || l.archived {
		return l.rewriteLog(path, views, debug)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return l.rewriteLog(path, views, debug)
	}
	if err != nil {
		return 0, wrap(err)
	}
	defer func() { err = errors.Join(err, wrap(f.Close())) }()
	size, err = fileSize(f)
	if err != nil {
		return 0, wrap(err)
	}
	from := l.viewed.at
	if size != known || from == 0 || from > at {
		var understood bool
		from, size, understood, err = lastLine(f, size)
		if err != nil {
			return 0, wrap(err)
		}
		if !understood || from > at {
			return l.rewriteLog(path, views, debug)
		}
	}
	lines, err := views.Lines(from, debug)
	if err != nil || len(lines) == 0 {
		return size, err
	}
	if _, err := f.WriteAt(lines, size); err != nil {
		_ = f.Truncate(size) // else the next one finds the torn line
		return 0, wrap(err)
	}
	return size + int64(len(lines)), nil
}

// rewriteLog writes a log view anew.
func (l *log) rewriteLog(path string, views journal.Views, debug bool) (size int64, err error) {
	lines, err := views.Lines(0, debug)
	if err != nil {
		return 0, err
	}
	return int64(len(lines)), wrap(replaceFile(l.journal.disk, path, lines))
}

// lastLine returns the event of the last complete line of a log view, 0 if
// there is no line, and cuts off what is torn behind it. size is what is left.
// A last line that names no event is not understood.
func lastLine(f *os.File, size int64) (seq, left int64, understood bool, err error) {
	tail := make([]byte, min(size, tailLength))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, false, err
	}
	end := bytes.LastIndexByte(tail, '\n') + 1
	if torn := int64(len(tail) - end); torn > 0 {
		size -= torn
		if err := f.Truncate(size); err != nil {
			return 0, 0, false, err
		}
	}
	if end == 0 {
		return 0, size, size == 0, nil
	}
	line := tail[bytes.LastIndexByte(tail[:end-1], '\n')+1 : end-1]
	i := bytes.LastIndex(line, []byte(" seq="))
	if i < 0 {
		return 0, size, false, nil
	}
	seq, err = strconv.ParseInt(string(line[i+len(" seq="):]), 10, 64)
	return seq, size, err == nil && seq > 0, nil
}

// ReadViews implements [journal.Log].
func (l *log) ReadViews() (views journal.ViewData, err error) {
	if l.closed {
		return views, journal.ErrClosed
	}
	if err := l.locate(); err != nil {
		return views, err
	}
	for name, view := range map[string]*[]byte{
		documentName: &views.Document,
		logName:      &views.Log,
		debugLogName: &views.DebugLog,
	} {
		data, err := os.ReadFile(l.viewPath(name))
		if ignoreMissing(err) != nil {
			return journal.ViewData{}, wrap(err)
		}
		*view = data
	}
	return views, nil
}
