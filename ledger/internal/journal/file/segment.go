package file

import (
	"os"
	"time"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// sealMark ends a segment to which nothing is added any more: an empty line.
const sealMark = "\n"

// appendSegment writes what is left for the current segment, seals it, and
// begins the next with head, whose first record is a snapshot. The lock is
// held. Everything or nothing of it takes effect, at the rename:
//
//  1. The new segment is written and synced under another name. MUST be before
//     the rename: a segment that is found is complete, after a power cut too.
//  2. The old one gets its last lines and the seal. MUST be before the rename:
//     the seal makes the segment longer, so that a handle that knows it as it
//     was can't append to it any more. The lines announce more to come, so that
//     they don't count yet.
//  3. The old segment is synced. MUST be before the rename, or a power cut might
//     leave a gap in front of the new one.
//  4. The rename. Until then the seal counts as a torn tail.
//
// The directory is synced by Sync, as for any append.
func (l *log) appendSegment(old []byte, head []journal.Record) error {
	if l.readErr != nil {
		return wrap(l.readErr)
	}
	content, err := encode(nil, head, encoding{head: true})
	if err != nil {
		return err
	}
	d := l.journal.disk
	path := segmentPath(l.trail, l.end.segment+1)
	temp := tempName(path)
	if err := d.WriteFile(temp, content, true); err != nil {
		_ = d.Remove(temp) // to make room where the disk is full; the first error counts
		return wrap(err)
	}
	if err := l.sealWith(old); err != nil {
		return err
	}
	if err := l.segment.Sync(); err != nil {
		return l.takeBack(err)
	}
	if err := d.Rename(temp, path); err != nil {
		return l.takeBack(err)
	}
	end := position{
		segment: l.end.segment + 1,
		offset:  int64(len(content)),
		line:    int64(len(head)),
		seq:     head[len(head)-1].Seq,
	}
	if err := l.reopenSegment(end, formatVersion); err != nil {
		// The records are there all the same. The handle finds them by reading.
		l.setSegment(nil)
		return nil //nolint:nilerr // what failed is only this handle's shortcut
	}
	l.trimTrail()
	return nil
}

// sealWith writes lines and the seal behind the end, without moving it.
func (l *log) sealWith(lines []byte) error {
	if l.readErr != nil {
		return wrap(l.readErr)
	}
	if _, err := l.segment.WriteAt(append(lines, sealMark...), l.end.offset); err != nil {
		return l.takeBack(err)
	}
	return nil
}

// trimTrail applies the retention: it deletes the oldest segments while there
// is too much. The lock is held. What it can't do now the next one does, so
// errors are not worth failing an append that has succeeded.
func (l *log) trimTrail() {
	limits := l.journal.options.Trail
	if limits == (TrailRetention{}) {
		return
	}
	numbers, err := segments(l.trail)
	if err != nil {
		return
	}
	infos := make([]os.FileInfo, len(numbers))
	var total int64
	for i, n := range numbers {
		if infos[i], err = os.Lstat(segmentPath(l.trail, n)); err != nil {
			return
		}
		total += infos[i].Size()
	}
	for i, n := range numbers[:len(numbers)-1] {
		events := l.end.seq - l.firstSeq(n) + 1
		switch {
		case limits.Events > 0 && events > limits.Events:
		case limits.Bytes > 0 && total > limits.Bytes:
		case limits.Age > 0 && time.Since(infos[i].ModTime()) > limits.Age:
		default:
			return
		}
		if l.journal.disk.Remove(segmentPath(l.trail, n)) != nil {
			return
		}
		total -= infos[i].Size()
	}
}

// firstSeq returns the number of the first record in segment n, or 0 if it
// can't be read.
func (l *log) firstSeq(n int) int64 {
	f, err := os.Open(segmentPath(l.trail, n))
	if err != nil {
		return 0
	}
	defer f.Close()
	return headSeq(f)
}
