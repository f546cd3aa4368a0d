package main

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	// maxUnread is how much may wait for a reader of stderr, in bytes.
	maxUnread = 256 << 10
	// stderrPatience is how long the process waits at its end for somebody to
	// read what is left.
	stderrPatience = time.Second
)

// lossyWriter passes on what is written without ever making the writer wait. A
// client that starts a sidecar and doesn't read its stderr would otherwise stop
// it as soon as the pipe is full. What finds no room is dropped and counted.
//
// A goroutine writes, and exists only while there is something to write.
type lossyWriter struct {
	to io.Writer

	mu      sync.Mutex // guards what follows; never held while writing
	unread  bytes.Buffer
	dropped int
	idle    chan struct{} // closed when the goroutine ends; nil without one
}

func newLossyWriter(to io.Writer) *lossyWriter { return &lossyWriter{to: to} }

// Write takes all of p or drops all of it. It always succeeds.
func (w *lossyWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unread.Len()+len(p) > maxUnread {
		w.dropped++
		return len(p), nil
	}
	w.unread.Write(p)
	if w.idle == nil {
		w.idle = make(chan struct{})
		go w.drain(w.idle)
	}
	return len(p), nil
}

// drain writes until nothing is left.
func (w *lossyWriter) drain(idle chan struct{}) {
	defer close(idle)
	for {
		batch := w.take()
		if len(batch) == 0 {
			return
		}
		_, _ = w.to.Write(batch) // there is no other place to complain to
	}
}

// take empties the buffer, or lets the goroutine end.
func (w *lossyWriter) take() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	batch := bytes.Clone(w.unread.Bytes())
	w.unread.Reset()
	if w.dropped > 0 {
		batch = fmt.Appendf(batch, "tomledger: %d messages were dropped, because nobody read stderr\n", w.dropped)
		w.dropped = 0
	}
	if len(batch) == 0 {
		w.idle = nil
	}
	return batch
}

// flush waits until everything is written, but not longer than the patience.
func (w *lossyWriter) flush(patience time.Duration) {
	w.mu.Lock()
	idle := w.idle
	w.mu.Unlock()
	if idle == nil {
		return
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	}
}
