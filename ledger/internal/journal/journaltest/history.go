package journaltest

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// testHistory runs random histories of three views on one log against a slice.
// After each step:
//
//   - an append after the last record succeeds, any other is a conflict;
//   - a read from anywhere yields what the slice holds, latest or not;
//   - a fresh handle sees the same.
func testHistory(t *testing.T, l *ledger) {
	ctx := context.Background()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		id := "op" + string(rune('A'+round/26%26)) + string(rune('a'+round%26)) + "." + string(rune('0'+round/676))
		first := Records(1, 1)
		log, err := l.open().Create(ctx, id, first, false)
		if err != nil {
			rt.Fatal(err)
		}
		want := first
		handles := []journal.Log{log, l.handle(id), l.handle(id)}
		rt.Repeat(map[string]func(*rapid.T){
			"append": func(rt *rapid.T) {
				handle := handles[rapid.IntRange(0, 2).Draw(rt, "handle")]
				after := max(0, int64(len(want))-rapid.Int64Range(0, 2).Draw(rt, "behind"))
				batch := drawBatch(rt, after)
				err := handle.Append(ctx, after, batch, rapid.Bool().Draw(rt, "wait"))
				switch {
				case after == 0 && errors.Is(err, journal.ErrInvalidBatch):
				case after == int64(len(want)) && err == nil:
					want = append(want[:len(want):len(want)], batch...)
				case after < int64(len(want)) && errors.Is(err, journal.ErrConflict):
				default:
					rt.Fatalf("append after %d of %d: %v", after, len(want), err)
				}
			},
			"read": func(rt *rapid.T) {
				handle := handles[rapid.IntRange(0, 2).Draw(rt, "handle")]
				checkModel(rt, handle, want)
			},
			"reopen": func(rt *rapid.T) {
				i := rapid.IntRange(0, 2).Draw(rt, "handle")
				if err := handles[i].Close(); err != nil {
					rt.Fatal(err)
				}
				handles[i] = l.handle(id)
			},
		})
		checkModel(rt, l.handle(id), want)
	})
}

// drawBatch draws one to four records, with commands of several records and a
// snapshot at times.
func drawBatch(rt *rapid.T, after int64) []journal.Record {
	batch := Records(after+1, rapid.IntRange(1, 4).Draw(rt, "records"))
	for i := range len(batch) - 1 {
		batch[i].More = rapid.Bool().Draw(rt, "more")
	}
	if i := rapid.IntRange(0, 8).Draw(rt, "snapshot"); i < len(batch) && (i == 0 || !batch[i-1].More) {
		batch[i].Snapshot = true
	}
	return batch
}

// checkModel reads from a random place and compares.
func checkModel(rt *rapid.T, handle journal.Log, want []journal.Record) {
	after := rapid.Int64Range(0, int64(len(want))).Draw(rt, "after")
	latest := rapid.Bool().Draw(rt, "latest")
	rest := want[after:]
	for i := len(rest) - 1; latest && i >= 0; i-- {
		if rest[i].Snapshot {
			rest = rest[i:]
			break
		}
	}
	got, err := ReadAll(handle, after, latest)
	if err != nil || !sameRecords(got, rest) {
		rt.Fatalf("read after %d, latest %t: %v, %v\nwant %v", after, latest, printable(got), err, printable(rest))
	}
}
