package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

// lineEnds returns the offsets behind the newlines.
func lineEnds(content []byte) []int {
	var ends []int
	for i, c := range content {
		if c == '\n' {
			ends = append(ends, i+1)
		}
	}
	return ends
}

// checkGoesOn appends as record n+1 through a fresh handle, which must leave n
// records and that one, in a file that is clean.
func checkGoesOn(t *testing.T, j *Journal, n int) {
	t.Helper()
	l, other := opened(t, j, "op"), opened(t, j, "op")
	defer l.Close() // early: there are thousands of them
	defer other.Close()
	journaltest.CheckRead(t, l, 0, false, journaltest.Records(1, n))
	journaltest.MustAppend(t, l, journaltest.Records(int64(n)+1, 1)...)
	journaltest.CheckRead(t, other, 0, false, journaltest.Records(1, n+1))
	content := readFile(t, segmentPath(j.liveTrail("op"), 1))
	if lines := bytes.Count(content, []byte("\n")); lines != n+1 || bytes.IndexByte(content, 0) >= 0 {
		t.Fatalf("%d lines, want %d:\n%q", lines, n+1, content)
	}
}

// checkCorrupt reads through a fresh handle, which must deliver n records and
// the error at that place. Appending is refused with the same, and changes
// nothing.
func checkCorrupt(t *testing.T, j *Journal, n int, wantLine, wantByte int64) *journal.CorruptError {
	t.Helper()
	path := segmentPath(j.liveTrail("op"), 1)
	before := readFile(t, path)
	l, fresh := opened(t, j, "op"), opened(t, j, "op")
	defer l.Close() // early: there are thousands of them
	defer fresh.Close()
	got, err := journaltest.ReadAll(l, 0, false)
	var corrupt *journal.CorruptError
	if !errors.As(err, &corrupt) || len(got) != n {
		t.Fatalf("read %d records and %v, want %d and a CorruptError", len(got), err, n)
	}
	for i, r := range journaltest.Records(1, n) {
		if !bytes.Equal(got[i].Data, r.Data) {
			t.Fatalf("record %d is %s", i+1, got[i].Data)
		}
	}
	if corrupt.Path != path || corrupt.Line != wantLine || corrupt.Byte != wantByte {
		t.Fatalf("%v, want line %d, byte %d", corrupt, wantLine, wantByte)
	}
	for _, handle := range []*log{l, fresh} {
		err := handle.Append(context.Background(), int64(n), journaltest.Records(int64(n)+1, 1), true)
		if !errors.As(err, &corrupt) {
			t.Fatalf("append after damage: %v", err)
		}
	}
	if !bytes.Equal(readFile(t, path), before) {
		t.Fatal("the damaged file has been changed")
	}
	return corrupt
}

// TestCutAnywhere cuts a log at every byte. What is whole stays, and the next
// append comes behind it. Within the first record nothing is left of the log:
// that can't be the work of a process that died, and is reported.
func TestCutAnywhere(t *testing.T) {
	j, path, content := sample(t, 3)
	ends := lineEnds(content)
	for cut := range len(content) + 1 {
		writeFile(t, path, content[:cut])
		whole := 0
		for whole < len(ends) && ends[whole] <= cut {
			whole++
		}
		if whole == 0 {
			_ = checkCorrupt(t, j, 0, 1, 0)
			continue
		}
		checkGoesOn(t, j, whole)
	}
}

// TestFlipAnywhere damages a log at every byte in several ways. The records
// before are delivered, then the place is named; nothing is ever changed in
// silence. The one exception is what can't be told from a tail that has been
// torn off: a newline at the very end that has become NUL.
func TestFlipAnywhere(t *testing.T) {
	j, path, content := sample(t, 3)
	ends := lineEnds(content)
	for at := range content {
		for _, mask := range []byte{0x01, 0x80, content[at], content[at] ^ '\n'} {
			if mask == 0 {
				continue
			}
			damaged := slices.Clone(content)
			damaged[at] ^= mask
			writeFile(t, path, damaged)
			line, _ := slices.BinarySearch(ends, at+1)
			if at == len(content)-1 && damaged[at] == 0 {
				checkGoesOn(t, j, 2)
				continue
			}
			start := 0
			if line > 0 {
				start = ends[line-1]
			}
			_ = checkCorrupt(t, j, line, int64(line)+1, int64(start))
		}
	}
}

func TestTornTails(t *testing.T) {
	_, _, content := sample(t, 5)
	ends := lineEnds(content)
	fourth, fifth := content[ends[2]:ends[3]], content[ends[3]:ends[4]]
	more := func(r journal.Record) []byte { r.More = true; return appendLine(nil, &entry{Record: r}) }
	batch := func(r journal.Record) []byte { return appendLine(nil, &entry{Record: r, batch: true}) }
	record := journaltest.Records(4, 1)[0]
	for name, tail := range map[string][]byte{
		"NUL":                         {0},
		"a page of NUL":               make([]byte, 4096),
		"half a line, then NUL":       append(fourth[:20:20], make([]byte, 100)...),
		"a line that announces more":  more(record),
		"a record of a longer batch":  batch(record),
		"more, then half a line":      append(more(record), fifth[:20]...),
		"more, then NUL":              append(more(record), 0, 0),
		"a seal":                      []byte(sealMark),
		"more, then a seal":           append(more(record), sealMark...),
		"something without a newline": []byte("#"),
	} {
		t.Run(name, func(t *testing.T) {
			j, path, _ := sample(t, 3)
			known := opened(t, j, "op")
			journaltest.CheckRead(t, known, 0, false, journaltest.Records(1, 3))
			writeFile(t, path, slices.Concat(content[:ends[2]], tail))
			journaltest.CheckRead(t, known, 3, false, nil)
			checkGoesOn(t, j, 3)
		})
	}
}

func TestDamage(t *testing.T) {
	_, _, content := sample(t, 5)
	ends := lineEnds(content)
	first3, fourth, fifth := content[:ends[2]], content[ends[2]:ends[3]], content[ends[3]:ends[4]]
	format := appendLine(nil, &entry{Record: journaltest.Records(4, 1)[0], format: formatVersion})
	snapshot := appendLine(nil, &entry{Record: journaltest.Snapshot(4)})
	envelopeOnly := appendLine(nil, &entry{Record: journal.Record{Seq: 4, Data: []byte(`{1}`)}})
	for name, tail := range map[string]string{
		"NUL in the middle":       "\x00" + string(fourth),
		"NUL, then half a line":   "\x00\x00" + string(fourth[:20]),
		"a gap":                   string(fifth),
		"a record twice":          string(content[ends[1]:ends[2]]),
		"an empty line":           "\n" + string(fourth),
		"not a record":            "hello\n",
		"JSON without a checksum": `{"seq":4,"type":"test"}` + "\n",
		"no event":                string(envelopeOnly),
		"format in the middle":    string(format),
		"snapshot in the middle":  string(snapshot),
		"wrong end of a line":     strings.TrimSuffix(string(fourth), "\n") + "\r",
	} {
		t.Run(name, func(t *testing.T) {
			j, path, _ := sample(t, 3)
			writeFile(t, path, []byte(string(first3)+tail))
			known := checkCorrupt(t, j, 3, 4, int64(len(first3)))
			if known.Reason == "" {
				t.Error("no reason")
			}
		})
	}
	t.Run("empty segment", func(t *testing.T) {
		j, path, _ := sample(t, 3)
		writeFile(t, path, nil)
		_ = checkCorrupt(t, j, 0, 1, 0)
	})
	t.Run("shorter than it was", func(t *testing.T) {
		j, path, _ := sample(t, 3)
		known := opened(t, j, "op")
		journaltest.CheckRead(t, known, 0, false, journaltest.Records(1, 3))
		writeFile(t, path, first3[:ends[1]])
		var corrupt *journal.CorruptError
		if err := known.Append(context.Background(), 3, journaltest.Records(4, 1), true); !errors.As(err, &corrupt) {
			t.Errorf("append: %v", err)
		}
		if _, err := journaltest.ReadAll(known, 3, false); !errors.As(err, &corrupt) {
			t.Errorf("read: %v", err)
		}
	})
}

// TestDamagedSegments damages one segment of three.
func TestDamagedSegments(t *testing.T) {
	make3 := func(t *testing.T) (*Journal, string) {
		j := mustOpen(t, t.TempDir(), Options{})
		l := created(t, j, "op")
		for _, r := range []journal.Record{
			journaltest.Snapshot(2), journaltest.Records(3, 1)[0], journaltest.Snapshot(4), journaltest.Records(5, 1)[0],
		} {
			journaltest.MustAppend(t, l, r)
		}
		return j, j.liveTrail("op")
	}
	for name, c := range map[string]struct {
		damage func(t *testing.T, trail string)
		want   int // records before the error
	}{
		"the seal is gone": {func(t *testing.T, trail string) {
			content := readFile(t, segmentPath(trail, 2))
			writeFile(t, segmentPath(trail, 2), content[:len(content)-1])
		}, 3},
		"the end is gone": {func(t *testing.T, trail string) {
			content := readFile(t, segmentPath(trail, 2))
			writeFile(t, segmentPath(trail, 2), content[:len(content)-20])
		}, 2},
		"the last is empty": {func(t *testing.T, trail string) {
			writeFile(t, segmentPath(trail, 3), nil)
		}, 3},
		"the last is another's": {func(t *testing.T, trail string) {
			writeFile(t, segmentPath(trail, 3), readFile(t, segmentPath(trail, 2)))
		}, 3},
		"the snapshot is none": {func(t *testing.T, trail string) {
			line := appendLine(nil, &entry{Record: journaltest.Records(4, 1)[0], format: formatVersion})
			writeFile(t, segmentPath(trail, 3), line)
		}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			j, trail := make3(t)
			c.damage(t, trail)
			var corrupt *journal.CorruptError
			got, err := journaltest.ReadAll(opened(t, j, "op"), 0, false)
			if !errors.As(err, &corrupt) || len(got) != c.want {
				t.Errorf("read %d records and %v, want %d and a CorruptError", len(got), err, c.want)
			}
		})
	}
	t.Run("the seal is another byte", func(t *testing.T) {
		j, trail := make3(t)
		l := opened(t, j, "op")
		for r, err := range l.Read(context.Background(), 0, false) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Seq == 3 {
				break // the handle has read the second segment, and not its end
			}
		}
		second := readFile(t, segmentPath(trail, 2))
		second[len(second)-1] = 'X'
		writeFile(t, segmentPath(trail, 2), second)
		var corrupt *journal.CorruptError
		if err := l.Append(context.Background(), 3, journaltest.Records(4, 1), true); !errors.As(err, &corrupt) {
			t.Errorf("append: %v", err)
		}
	})
	t.Run("no segments", func(t *testing.T) {
		j, trail := make3(t)
		for n := range 3 {
			if err := os.Remove(segmentPath(trail, n+1)); err != nil {
				t.Fatal(err)
			}
		}
		var corrupt *journal.CorruptError
		if _, err := journaltest.ReadAll(opened(t, j, "op"), 0, false); !errors.As(err, &corrupt) {
			t.Errorf("read: %v", err)
		}
	})
}

func TestNewerFormat(t *testing.T) {
	j, path, _ := sample(t, 3)
	records := journaltest.Records(1, 3)
	var content []byte
	for i, r := range records[:2] {
		e := entry{Record: r}
		if i == 0 {
			e.format = formatVersion + 1
		}
		content = appendLine(content, &e)
	}
	check := func(want error) {
		t.Helper()
		l := opened(t, j, "op")
		got, err := journaltest.ReadAll(l, 0, false)
		if len(got) != 2 || !errors.Is(err, want) {
			t.Errorf("read %d records and %v, want 2 and %v", len(got), err, want)
		}
		wantError(t, "append", l.Append(context.Background(), 2, records[2:], true), journal.ErrFormatTooNew)
		_, err = l.Archive(context.Background())
		wantError(t, "archive", err, journal.ErrFormatTooNew)
	}
	writeFile(t, path, content)
	check(nil)
	t.Run("a first line of another form", func(t *testing.T) {
		line := `{"seq":1,"format":2,"data":{},"sha256":"00"}` + "\n"
		writeFile(t, path, []byte(line))
		_, err := j.Open(context.Background(), "op")
		if err == nil {
			_, err = journaltest.ReadAll(opened(t, j, "op"), 0, false)
		}
		wantError(t, "read", err, journal.ErrFormatTooNew)
	})
	writeFile(t, path, content)
	writeFile(t, path, fmt.Append(content, "@a new kind of line\n"))
	check(journal.ErrFormatTooNew)
}
