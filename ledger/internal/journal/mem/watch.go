package mem

import (
	"slices"
	"sync"
)

// watch calls changed, never concurrently with itself. What is announced while
// it runs is one more call by the same caller, so that nobody waits: appenders
// don't for each other's callbacks, and a callback may append.
type watch struct {
	owner   *Journal
	changed func()

	mu      sync.Mutex // guards what follows; taken after store.mu, never held in changed
	running bool
	again   bool
	stopped bool
}

func (w *watch) notify() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.again = true
	if w.running {
		return
	}
	w.running = true
	for w.again && !w.stopped {
		w.again = false
		w.mu.Unlock()
		w.changed()
		w.mu.Lock()
	}
	w.running = false
}

// stop makes further calls of notify do nothing. A call of changed that is
// under way is not waited for: stop may be called from within it.
func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
}

// WatchList implements [journal.Journal].
func (j *Journal) WatchList(changed func()) (stop func(), err error) {
	s := j.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if j.ended != nil {
		return nil, j.ended
	}
	w := &watch{owner: j, changed: changed}
	s.lists = append(s.lists, w)
	return func() {
		w.stop()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.lists = slices.DeleteFunc(s.lists, func(other *watch) bool { return other == w })
	}, nil
}

// listed tells that the list of operations has changed. The mutex is not held.
func (s *Store) listed() {
	s.mu.Lock()
	watches := slices.Clone(s.lists)
	s.mu.Unlock()
	for _, w := range watches {
		w.notify()
	}
}
