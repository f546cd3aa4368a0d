package wire

import (
	"context"
	"io"
	"sync"
	"time"
)

const (
	// chunkBytes is how much is written at once: enough to make the cost of a
	// write small, little enough that a slow peer is seen to make progress.
	chunkBytes = 64 << 10
	// overflowFactor times MaxQueuedBytes is where a queue of events ends.
	overflowFactor = 4
)

// kind is what becomes of a frame when the queue is full.
type kind int

const (
	kindAnswer kind = iota // never dropped; too many pause the read loop
	kindEvent              // never dropped; too many end the connection
	kindLossy              // dropped and counted
)

// frame is a message that waits to be written.
type frame struct {
	data []byte // nil if a newer one took its place
	kind kind
	key  string // a newer event with the same key replaces it; empty: none does
}

// outbox is the queue of messages to the peer, and what writes it. Two
// goroutines may write, never both at once: the read loop, by flush, as long as
// that can't block, and the outbox's own, by run, for everything else.
type outbox struct {
	w      io.Writer
	try    func([]byte) (int, error) // writes what it can without blocking; nil: not possible
	max    int
	slow   time.Duration
	notice func(dropped int64) []byte // the frame that reports dropped messages
	failed func(error)                // told, without mu, why writing must end; calls stop

	mu sync.Mutex // guards everything below; held for moments only
	// work wakes run: something was put that the read loop will not flush.
	work *sync.Cond
	// space wakes whoever waits for the queue to become shorter.
	space   *sync.Cond
	err     error // why nothing can be written any more
	queue   []*frame
	head    int               // the first frame of queue that has not been taken
	dead    int               // replaced frames in queue
	latest  map[string]*frame // unsent events by key
	chunk   []byte            // taken from the queue, not yet written
	buf     []byte            // backs a chunk of several frames
	busy    bool              // somebody writes the chunk
	tended  bool              // the read loop will flush soon
	bytes   int               // in queue and chunk
	answers int               // bytes of answers in queue
	dropped int64             // lossy messages since the last notice
	// timer runs while the queue is full; it ends the connection if lastWrite is
	// too long ago by then.
	timer     *time.Timer
	lastWrite time.Time
}

func newOutbox(w io.Writer, limits Limits, notice func(int64) []byte, failed func(error)) *outbox {
	o := &outbox{
		w:      w,
		try:    nonblocking(w),
		max:    limits.MaxQueuedBytes,
		slow:   limits.SlowConsumer,
		notice: notice,
		failed: failed,
		latest: map[string]*frame{},
	}
	o.work = sync.NewCond(&o.mu)
	o.space = sync.NewCond(&o.mu)
	return o
}

// put queues a message. With wake it is written soon; without, somebody will
// call flush. While the read loop tends the queue it does so itself: waking
// another goroutine would cost more than the rest of the request.
func (o *outbox) put(f *frame, wake bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil || !o.admitLocked(f) {
		return
	}
	o.appendLocked(f)
	if wake && !o.busy && !o.tended {
		o.work.Signal()
	}
}

// tend tells that the read loop is at work, and will rest before it blocks.
func (o *outbox) tend() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tended = true
}

// rest tells that the read loop is about to block, and writes what is queued.
func (o *outbox) rest() {
	o.mu.Lock()
	o.tended = false // first: what is put while flush writes is for run, or for flush
	o.mu.Unlock()
	o.flush()
}

// admitLocked decides whether f may join the queue.
func (o *outbox) admitLocked(f *frame) bool {
	total := o.bytes + len(f.data)
	switch f.kind {
	case kindAnswer: // never dropped: reading pauses instead
	case kindLossy:
		if total > o.max || o.dropped > 0 && total > o.max/2 {
			o.dropped++
			o.watchLocked()
			return false
		}
		o.reportLocked()
	case kindEvent:
		if total > overflowFactor*o.max {
			o.err = ErrSlowConsumer
			go o.failed(o.err) // on its own: it will call stop, which takes mu
			return false
		}
	}
	return true
}

func (o *outbox) appendLocked(f *frame) {
	if f.key != "" {
		if old := o.latest[f.key]; old != nil {
			o.bytes -= len(old.data)
			old.data = nil
			o.dead++
			o.compactLocked()
		}
		o.latest[f.key] = f
	}
	o.queue = append(o.queue, f)
	o.bytes += len(f.data)
	if f.kind == kindAnswer {
		o.answers += len(f.data)
	}
	if o.bytes > o.max {
		o.watchLocked()
	}
}

// compactLocked removes replaced frames once they are the greater part.
func (o *outbox) compactLocked() {
	if o.dead < 64 || o.dead < (len(o.queue)-o.head)/2 {
		return
	}
	live := make([]*frame, 0, len(o.queue)-o.head-o.dead+1)
	for _, f := range o.queue[o.head:] {
		if f.data != nil {
			live = append(live, f)
		}
	}
	o.queue, o.head, o.dead = live, 0, 0
}

// peekLocked returns the next frame that was not replaced, or nil.
func (o *outbox) peekLocked() *frame {
	for ; o.head < len(o.queue); o.head++ {
		if f := o.queue[o.head]; f.data != nil {
			return f
		}
		o.queue[o.head] = nil
		o.dead--
	}
	o.queue, o.head = o.queue[:0], 0
	return nil
}

// popLocked takes the frame that peekLocked returned from the queue.
func (o *outbox) popLocked(f *frame) []byte {
	o.queue[o.head] = nil
	o.head++
	if f.key != "" {
		delete(o.latest, f.key)
	}
	if f.kind == kindAnswer {
		o.answers -= len(f.data)
	}
	return f.data
}

// nextLocked returns what is to be written next: the rest of the last chunk, or
// as many frames as fit into a new one.
func (o *outbox) nextLocked() []byte {
	if len(o.chunk) == 0 {
		o.fillLocked()
	}
	return o.chunk[:min(len(o.chunk), chunkBytes)]
}

func (o *outbox) fillLocked() {
	f := o.peekLocked()
	if f == nil {
		return
	}
	o.chunk = o.popLocked(f) // alone, it need not be copied
	o.buf = o.buf[:0]
	for f = o.peekLocked(); f != nil && len(o.chunk)+len(f.data) <= chunkBytes; f = o.peekLocked() {
		if len(o.buf) == 0 {
			o.buf = append(o.buf, o.chunk...)
		}
		o.buf = append(o.buf, o.popLocked(f)...)
		o.chunk = o.buf
	}
}

func (o *outbox) emptyLocked() bool { return len(o.chunk) == 0 && o.head == len(o.queue) }

// wroteLocked takes note of n bytes written.
func (o *outbox) wroteLocked(n int) {
	o.chunk = o.chunk[n:]
	o.bytes -= n
	if len(o.chunk) == 0 {
		o.chunk = nil // so that a large one can be freed
	}
	if n > 0 && o.timer != nil {
		o.lastWrite = time.Now()
		if o.bytes <= o.max {
			o.timer.Stop()
			o.timer = nil
		}
	}
	if o.bytes <= o.max/2 {
		o.reportLocked()
	}
	o.space.Broadcast()
}

// reportLocked queues the notice of dropped messages, if there are any.
func (o *outbox) reportLocked() {
	if o.dropped > 0 {
		count := o.dropped
		o.dropped = 0
		o.appendLocked(&frame{data: o.notice(count), kind: kindEvent})
	}
}

// watchLocked starts the slow-consumer clock, if it does not run.
func (o *outbox) watchLocked() {
	if o.timer == nil {
		o.lastWrite = time.Now()
		o.timer = time.AfterFunc(o.slow, o.judge)
	}
}

// judge ends the connection if nothing was written since the clock started.
func (o *outbox) judge() {
	o.mu.Lock()
	if o.timer == nil {
		o.mu.Unlock()
		return // the queue is no longer full
	}
	if left := o.slow - time.Since(o.lastWrite); left > 0 {
		o.timer.Reset(left)
		o.mu.Unlock()
		return
	}
	o.mu.Unlock()
	o.failed(ErrSlowConsumer)
}

// run writes until stop. It is the goroutine that may block.
func (o *outbox) run() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		for o.err == nil && (o.busy || o.emptyLocked()) {
			o.work.Wait()
		}
		if o.err != nil {
			return
		}
		o.writeLocked(o.w.Write)
	}
}

// flush writes what is queued, as far as that is possible without blocking, and
// leaves the rest to run.
func (o *outbox) flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.err == nil && !o.busy && !o.emptyLocked() {
		if o.try == nil || !o.writeLocked(o.try) {
			o.work.Signal()
			return
		}
	}
}

// writeLocked writes the next chunk and tells whether all of it was written. It
// gives up mu meanwhile.
func (o *outbox) writeLocked(write func([]byte) (int, error)) bool {
	p := o.nextLocked()
	if len(p) == 0 {
		return true // only replaced frames were left
	}
	o.busy = true
	o.mu.Unlock()
	n, err := write(p)
	if err != nil {
		o.failed(err)
	}
	o.mu.Lock()
	o.busy = false
	o.wroteLocked(n)
	return n == len(p)
}

// stop ends all writing; what is queued is lost.
func (o *outbox) stop(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.err = err
	o.queue, o.head, o.dead, o.latest = nil, 0, 0, nil
	if o.timer != nil {
		o.timer.Stop()
		o.timer = nil
	}
	o.work.Broadcast()
	o.space.Broadcast()
}

// crowded tells whether more answers wait than the peer may leave unread.
func (o *outbox) crowded() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.answers > o.max
}

// waitRoom waits until the peer has read enough of its answers.
func (o *outbox) waitRoom() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.err == nil && o.answers > o.max {
		o.space.Wait()
	}
}

// drain waits until everything is written.
func (o *outbox) drain(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.space.Broadcast()
	})
	defer stop()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.work.Signal()
	for o.err == nil && !o.emptyLocked() && ctx.Err() == nil {
		o.space.Wait()
	}
	if o.err != nil {
		return o.err
	}
	if !o.emptyLocked() {
		return context.Cause(ctx)
	}
	return nil
}
