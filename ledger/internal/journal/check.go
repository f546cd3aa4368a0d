package journal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Errors of callers that no retry mends.
var (
	// ErrInvalidID: an id that cannot name a file.
	ErrInvalidID = errors.New("journal: invalid id")
	// ErrInvalidBatch: records that no journal takes.
	ErrInvalidBatch = errors.New("journal: invalid batch")
	// ErrArchived: the operation has been moved to the backups, where nothing
	// is appended any more.
	ErrArchived = errors.New("journal: the operation is archived")
	// ErrClosed: the log or the journal has been closed.
	ErrClosed = errors.New("journal: closed")
)

// maxIDLength bounds ids so that what is derived from them fits a file name.
const maxIDLength = 128

// CheckID returns ErrInvalidID unless id is a plain name: a letter or digit,
// then up to 127 letters, digits, "_", "." and "-", without "..". Every
// implementation calls it for whatever becomes a path or a key, although the
// engine has checked before: an id that gets through would name any file.
func CheckID(id string) error { return checkID(id, "") }

// CheckExistingID is CheckID for logs that are there already: it accepts ":"
// as well, which the ids of the original implementation have.
func CheckExistingID(id string) error { return checkID(id, ":") }

func checkID(id, also string) error {
	switch {
	case id == "":
		return fmt.Errorf("%w: it is empty", ErrInvalidID)
	case len(id) > maxIDLength:
		return fmt.Errorf("%w: %d bytes, at most %d are allowed", ErrInvalidID, len(id), maxIDLength)
	case strings.Contains(id, ".."):
		return fmt.Errorf("%w %q: it must not contain \"..\"", ErrInvalidID, id)
	}
	for i := range len(id) {
		c := id[i]
		alphanumeric := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if alphanumeric || i > 0 && strings.IndexByte("_.-"+also, c) >= 0 {
			continue
		}
		return fmt.Errorf("%w %q: byte %d must not be %q", ErrInvalidID, id, i, c)
	}
	return nil
}

// CheckBatch returns ErrInvalidBatch unless records can follow record after:
// at least one, numbered without a gap, each a JSON object on one line, the
// last without More, and at most one snapshot, which begins something new: it
// is not the log's beginning, and the record before it has no More either.
// Whether the JSON is well-formed is not checked, only what a log needs to stay
// readable line by line.
func CheckBatch(after int64, records []Record) error {
	if len(records) == 0 {
		return fmt.Errorf("%w: it is empty", ErrInvalidBatch)
	}
	snapshots := 0
	for i := range records {
		r := &records[i]
		if r.Seq != after+1+int64(i) {
			return fmt.Errorf("%w: record %d where %d is due", ErrInvalidBatch, r.Seq, after+1+int64(i))
		}
		if err := checkData(r.Data); err != nil {
			return fmt.Errorf("%w: record %d: %w", ErrInvalidBatch, r.Seq, err)
		}
		if r.Snapshot {
			snapshots++
			if i > 0 && records[i-1].More {
				return fmt.Errorf("%w: record %d is a snapshot in the middle of a command", ErrInvalidBatch, r.Seq)
			}
		}
	}
	if snapshots > 1 || snapshots == 1 && after == 0 {
		return fmt.Errorf("%w: %d snapshots, at most one is allowed, and none at the beginning", ErrInvalidBatch, snapshots)
	}
	if last := &records[len(records)-1]; last.More {
		return fmt.Errorf("%w: the last record, %d, announces another", ErrInvalidBatch, last.Seq)
	}
	return nil
}

// reserved are the keys that implementations put in front of the event's own.
var reserved = [...]string{`"seq":`, `"format":`, `"snapshot":`, `"more":`, `"batch":`, `"crc":`}

// checkData is a check of shape, cheap enough for every append.
func checkData(data []byte) error {
	switch {
	case len(data) < len(`{"":0}`) || data[0] != '{' || data[1] != '"' || data[len(data)-1] != '}':
		return errors.New(`the data is not a JSON object of the form {"key":...}`)
	case bytes.IndexByte(data, '\n') >= 0:
		return errors.New("the data contains a line break")
	}
	for _, key := range reserved {
		if bytes.HasPrefix(data[1:], []byte(key)) {
			return fmt.Errorf("the data begins with the reserved key %s", key)
		}
	}
	return nil
}
