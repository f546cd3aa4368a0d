package journaltest

import (
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// look lets a test wait until a watch says so. It never blocks the watch.
func look(t *testing.T, log journal.Log) (changes <-chan struct{}, stop func()) {
	t.Helper()
	c := make(chan struct{}, 1)
	stop, err := log.Watch(func() {
		select {
		case c <- struct{}{}:
		default:
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return c, stop
}

// testWatch: two watchers follow a third view through records and snapshots to
// the end, and read everything, although they only look when they are told.
func testWatch(t *testing.T, l *ledger) {
	log := l.create("op")
	done := make(chan struct{})
	const last = 20
	for range 2 {
		watcher := l.handle("op")
		changes, _ := look(t, watcher)
		go func() {
			defer func() { done <- struct{}{} }()
			for seq := int64(0); seq < last; {
				records, err := ReadAll(watcher, seq, false)
				if err != nil {
					t.Error(err)
					return
				}
				seq += int64(len(records))
				if seq < last {
					<-changes
				}
			}
		}()
	}
	own, _ := look(t, log)
	for seq := int64(2); seq <= last; seq++ {
		if seq%7 == 0 {
			MustAppend(t, log, Snapshot(seq))
		} else {
			MustAppend(t, log, Records(seq, 1)...)
		}
	}
	<-done
	<-done
	<-own
}

func testWatchStops(t *testing.T, l *ledger) {
	log := l.create("op")
	calls := 0
	stop, err := log.Watch(func() { calls++ })
	if err != nil {
		t.Fatal(err)
	}
	stop()
	stop() // does nothing
	changes, _ := look(t, log)
	MustAppend(t, log, Records(2, 1)...)
	<-changes
	if calls != 0 {
		t.Errorf("called %d times after stop", calls)
	}
}
