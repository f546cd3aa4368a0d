package mem

import "sync"

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
