package file

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// hub tells the watches of a journal when a trail may have grown. There is one
// goroutine, one notifier and one timer for all of them, none of them before
// the first watch. Everything is a hint to look: notifications get lost, merged
// and invented, and the timer converges what they missed. It runs only while
// something is watched.
type hub struct {
	interval time.Duration
	notify   bool

	mu       sync.Mutex // guards what follows; never held in a callback
	trails   map[string]*watchedTrail
	notifier *fsnotify.Watcher // nil before the first watch, and where there is none
	timer    *time.Timer       // nil before the first watch
	closed   bool
	stop     chan struct{} // closed by close
	done     chan struct{} // closed by the goroutine; nil before the first watch
}

// watchedTrail is a directory that is watched.
type watchedTrail struct {
	watches []*watch
	// What polling saw last.
	segment int
	size    int64
}

// watch is one call of Watch. Only the hub's goroutine calls changed, and so
// never concurrently.
type watch struct {
	changed func()
	stopped atomic.Bool
}

func newHub(options Options) *hub {
	return &hub{
		interval: options.PollInterval,
		notify:   !options.NoNotify,
		trails:   map[string]*watchedTrail{},
		stop:     make(chan struct{}),
	}
}

// add watches a trail until stop is called.
func (h *hub) add(trail string, changed func()) (stop func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, journal.ErrClosed
	}
	h.startLocked()
	t := h.trails[trail]
	if t == nil {
		t = &watchedTrail{}
		t.look(trail)
		h.trails[trail] = t
		if h.notifier != nil {
			_ = h.notifier.Add(trail) // too many watches in the system: polling is left
		}
	}
	if len(h.trails) == 1 {
		h.timer.Reset(h.interval)
	}
	w := &watch{changed: changed}
	t.watches = append(t.watches, w)
	return func() { h.remove(trail, w) }, nil
}

// startLocked starts the goroutine, if it isn't running.
func (h *hub) startLocked() {
	if h.done != nil {
		return
	}
	h.timer = time.NewTimer(h.interval)
	if h.notify {
		h.notifier, _ = fsnotify.NewWatcher() // out of instances: polling is left
	}
	h.done = make(chan struct{})
	go h.run(h.notifier, h.timer)
}

// remove ends a watch.
func (h *hub) remove(trail string, w *watch) {
	if w.stopped.Swap(true) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.trails[trail]
	if t == nil {
		return
	}
	kept := make([]*watch, 0, len(t.watches)) // the goroutine may be using the old one
	for _, other := range t.watches {
		if other != w {
			kept = append(kept, other)
		}
	}
	t.watches = kept
	if len(kept) > 0 {
		return
	}
	delete(h.trails, trail)
	if h.notifier != nil {
		_ = h.notifier.Remove(trail) // gone by itself, if the trail was moved
	}
	if len(h.trails) == 0 {
		h.timer.Stop()
	}
}

// close ends all watches and waits until no callback runs. It must not be
// called from a callback.
func (h *hub) close() error {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return nil
	}
	h.closed = true
	notifier, done := h.notifier, h.done
	h.mu.Unlock()
	close(h.stop)
	if done != nil {
		<-done
	}
	if notifier == nil {
		return nil
	}
	return wrap(notifier.Close())
}

// run passes on what it hears of until stop is closed.
func (h *hub) run(notifier *fsnotify.Watcher, timer *time.Timer) {
	defer close(h.done)
	defer timer.Stop()
	var events <-chan fsnotify.Event
	lost := make(chan struct{}, 1)
	if notifier != nil {
		events = notifier.Events
		go noteFailures(notifier.Errors, lost)
	}
	for {
		select {
		case <-h.stop:
			return
		case e := <-events:
			if e.Op != fsnotify.Chmod {
				h.tell(filepath.Dir(e.Name))
				h.tell(e.Name) // the trail itself, when it is moved
			}
		case <-lost:
			h.poll(true)
		case <-timer.C:
			h.poll(false)
		}
	}
}

// noteFailures turns errors of the notifier, an overflow usually, into a note
// that anything may have been missed, until the notifier is closed. It has a
// goroutine of its own because the notifier sends some of its errors with its
// mutex held, for which someone who holds the hub's may be waiting.
func noteFailures(failures <-chan error, lost chan<- struct{}) {
	for range failures {
		select {
		case lost <- struct{}{}:
		default: // it has been noted
		}
	}
}

// tell calls the watches of a trail.
func (h *hub) tell(trail string) {
	h.mu.Lock()
	var watches []*watch
	if t := h.trails[trail]; t != nil {
		watches = t.watches
	}
	h.mu.Unlock()
	for _, w := range watches {
		if !w.stopped.Load() {
			w.changed()
		}
	}
}

// poll looks at all trails and tells of those that have changed, or of all.
func (h *hub) poll(all bool) {
	var changed []string
	h.mu.Lock()
	for trail, t := range h.trails {
		if t.look(trail) || all {
			changed = append(changed, trail)
		}
	}
	if len(h.trails) > 0 && !all {
		h.timer.Reset(h.interval)
	}
	h.mu.Unlock()
	for _, trail := range changed {
		h.tell(trail)
	}
}

// look notes the newest segment and its size, and tells whether they changed.
func (t *watchedTrail) look(trail string) (changed bool) {
	size := segmentSize(trail, t.segment)
	if size >= 0 && size == t.size && segmentSize(trail, t.segment+1) < 0 {
		return false
	}
	segment := 0
	if numbers, err := segments(trail); err == nil && len(numbers) > 0 {
		segment = numbers[len(numbers)-1]
	}
	size = segmentSize(trail, segment)
	changed = segment != t.segment || size != t.size
	t.segment, t.size = segment, size
	return changed
}

// segmentSize returns the size of segment n, or -1 if it can't be seen.
func segmentSize(trail string, n int) int64 {
	info, err := os.Stat(segmentPath(trail, n))
	if err != nil {
		return -1
	}
	return info.Size()
}
