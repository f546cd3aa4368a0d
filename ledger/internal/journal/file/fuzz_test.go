package file

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

// FuzzLine: whatever is accepted is exactly what would be written for it, so
// that nothing else can be taken for a record.
func FuzzLine(f *testing.F) {
	for _, e := range []entry{
		{Record: journal.Record{Seq: 1, Data: []byte(`{"a":1}`)}, format: 1},
		{Record: journal.Record{Seq: 12, Snapshot: true, Data: []byte(`{"a":{"crc":"00000000"}}`)}, format: 2, batch: true},
		{Record: journal.Record{Seq: 123456789012345678, More: true, Data: []byte(`{"seq":1}`)}},
	} {
		f.Add(bytes.TrimSuffix(appendLine(nil, &e), []byte("\n")))
	}
	f.Add([]byte(`{"seq":1,"crc":"00000000"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		e, reason := parseLine(slices.Clone(line))
		if reason != "" {
			// Give what was found a checksum that matches, to get further.
			if i := len(line) - crcLength; i > 0 {
				line = appendChecksum(line[:i:i])
				e, reason = parseLine(slices.Clone(line))
			}
		}
		if reason != "" {
			return
		}
		if again := appendLine(nil, &e); string(again) != string(line)+"\n" {
			t.Errorf("accepted %q\nwould be %q", line, again)
		}
	})
}

// appendChecksum ends a line as appendLine does, without the newline.
func appendChecksum(line []byte) []byte {
	sum := checksum(line)
	return append(appendHex(append(line, crcKey...), sum), crcEnd...)
}

// FuzzSegment: whatever a segment holds, reading it ends with records whose
// numbers have no gap, and with nothing but a CorruptError or ErrFormatTooNew;
// and if there is none, one can append.
func FuzzSegment(f *testing.F) {
	_, _, content := sample(f, 3)
	f.Add(content)
	f.Add(content[:len(content)-1])
	f.Add(append(content[:len(content):len(content)], "\n"...))
	f.Add(append(content[:len(content):len(content)], 0, 0))
	f.Add([]byte{})
	dir := f.TempDir()
	j := mustOpen(f, dir, Options{})
	created(f, j, "op")
	f.Fuzz(func(t *testing.T, content []byte) {
		writeFile(t, segmentPath(j.liveTrail("op"), 1), content)
		l := opened(t, j, "op")
		defer l.Close()
		records, err := journaltest.ReadAll(l, 0, false)
		for i, r := range records {
			if r.Seq != int64(i)+1 {
				t.Fatalf("record %d is number %d", i, r.Seq)
			}
		}
		next := int64(len(records)) + 1
		appended := l.Append(t.Context(), next-1, journaltest.Records(next, 1), true)
		var corrupt *journal.CorruptError
		switch {
		case err == nil && (appended == nil || errors.Is(appended, journal.ErrFormatTooNew)):
		case errors.As(err, &corrupt) && appended != nil:
		case errors.Is(err, journal.ErrFormatTooNew) && errors.Is(appended, journal.ErrFormatTooNew):
		default:
			t.Fatalf("read: %v, append: %v", err, appended)
		}
	})
}

// FuzzLastLine: the last line of a log view, whatever is in it, is understood
// or not, and cut to whole lines.
func FuzzLastLine(f *testing.F) {
	f.Add([]byte("a seq=1\nb seq=2\nc se"))
	f.Add([]byte("\n\n"))
	f.Add([]byte("x"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(dir, "view")
		writeFile(t, path, content)
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		seq, size, understood, err := lastLine(file, int64(len(content)))
		left := readFile(t, path)
		if err != nil || int64(len(left)) != size || !bytes.HasPrefix(content, left) {
			t.Fatalf("%v, %d bytes of %q left", err, size, left)
		}
		if understood && (len(left) > 0) != (seq > 0) {
			t.Errorf("record %d in %q", seq, left)
		}
		if len(left) > 0 && len(left) < tailLength && left[len(left)-1] != '\n' {
			t.Errorf("half a line is left: %q", left)
		}
	})
}
