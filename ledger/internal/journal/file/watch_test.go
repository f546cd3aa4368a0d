package file

import (
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// TestOverflowTellsEveryone: when the notifier has lost something, all watches
// are told to look, without waiting for the poll.
func TestOverflowTellsEveryone(t *testing.T) {
	h := newHub(Options{PollInterval: time.Hour})
	notifier := &fsnotify.Watcher{Events: make(chan fsnotify.Event), Errors: make(chan error)}
	defer close(notifier.Errors)
	told := make(chan string, 2)
	for _, trail := range []string{"a", "b"} {
		h.trails[trail] = &watchedTrail{watches: []*watch{{changed: func() { told <- trail }}}}
	}
	h.done = make(chan struct{})
	h.timer = time.NewTimer(h.interval)
	go h.run(notifier, h.timer)

	notifier.Errors <- fsnotify.ErrEventOverflow

	if one, other := <-told, <-told; one == other {
		t.Errorf("only %s was told", one)
	}
	if err := h.close(); err != nil {
		t.Error(err)
	}
}

// TestNothingRunsUnwatched: a journal that watches nothing has no goroutine,
// and after the last watch no timer.
func TestNothingRunsUnwatched(t *testing.T) {
	j, _, _ := sample(t, 1)
	if j.watches.done != nil {
		t.Error("a goroutine before the first watch")
	}
	l := opened(t, j, "op")
	stop, err := l.Watch(func() {})
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if j.watches.timer.Stop() {
		t.Error("the timer runs after the last watch")
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}
