package file

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofrs/flock"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

// benchEvent is an event of 200 bytes.
var benchEvent = []byte(`{"type":"call_started","text":"` + strings.Repeat("x", 200-33) + `"}`)

// BenchmarkAppend appends one record of 200 bytes at a time, beside what it
// can't be cheaper than: lock, write, unlock of the same bytes.
func BenchmarkAppend(b *testing.B) {
	b.Run("journal", func(b *testing.B) { benchAppend(b, false) })
	b.Run("watched", func(b *testing.B) { benchAppend(b, true) })
	b.Run("raw", func(b *testing.B) {
		f, lock := benchFiles(b)
		offset := int64(0)
		for b.Loop() {
			if ok, err := tryFlock(lock); !ok || err != nil {
				b.Fatal(ok, err)
			}
			if _, err := f.WriteAt(benchEvent, offset); err != nil {
				b.Fatal(err)
			}
			if err := unflock(lock); err != nil {
				b.Fatal(err)
			}
			offset += int64(len(benchEvent))
		}
	})
}

// benchAppend appends, watched by the handle itself or not.
func benchAppend(b *testing.B, watched bool) {
	ctx := context.Background()
	j := mustOpen(b, b.TempDir(), Options{})
	defer j.Close()
	l := created(b, j, "op")
	if watched {
		if _, err := l.Watch(func() {}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	seq := int64(1)
	batch := make([]journal.Record, 1)
	for b.Loop() {
		batch[0] = journal.Record{Seq: seq + 1, Data: benchEvent}
		if err := l.Append(ctx, seq, batch, true); err != nil {
			b.Fatal(err)
		}
		seq++
	}
}

// BenchmarkLock is why the lock of an operation is not a gofrs/flock.
func BenchmarkLock(b *testing.B) {
	b.Run("open", func(b *testing.B) {
		_, lock := benchFiles(b)
		for b.Loop() {
			if ok, err := tryFlock(lock); !ok || err != nil {
				b.Fatal(ok, err)
			}
			if err := unflock(lock); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("gofrs", func(b *testing.B) {
		lock := flock.New(filepath.Join(b.TempDir(), "lock"))
		for b.Loop() {
			if ok, err := lock.TryLock(); !ok || err != nil {
				b.Fatal(ok, err)
			}
			if err := lock.Unlock(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkRead reads a log of 10,000 records of 200 bytes.
func BenchmarkRead(b *testing.B) {
	const records = 10_000
	log, err := mustOpen(b, b.TempDir(), Options{}).Create(context.Background(), "op", journaltest.Records(1, 1), false)
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	batch := make([]journal.Record, records-1)
	for i := range batch {
		batch[i] = journal.Record{Seq: int64(i) + 2, Data: benchEvent}
	}
	journaltest.MustAppend(b, log, batch...)
	b.ReportAllocs()
	for b.Loop() {
		if got, err := journaltest.ReadAll(log, 0, false); err != nil || len(got) != records {
			b.Fatal(len(got), err)
		}
	}
}

func benchFiles(b *testing.B) (data, lock *os.File) {
	b.Helper()
	var files [2]*os.File
	for i, name := range []string{"data", "lock"} {
		f, err := os.Create(filepath.Join(b.TempDir(), name))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { f.Close() })
		files[i] = f
	}
	return files[0], files[1]
}
