package wire

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/tomledger/tomledger/rpc"
)

// Conn is one end of a connection. Its methods may be called from any goroutine.
type Conn struct {
	opts    Options
	rwc     io.ReadWriteCloser
	frames  *frameReader // the read loop's
	out     *outbox
	framing atomic.Int32   // what the peer speaks; written by the read loop
	lib     *jsonrpc2.Conn // the requests we have sent
	nextID  atomic.Uint64  // ids of the requests we send

	// ctx ends with the connection; its cause tells why.
	ctx    context.Context
	cancel context.CancelCauseFunc
	// closing closes the transport.
	closing sync.Once
	// serving is closed by Serve; the read loop waits for it. handler and
	// requests are written before.
	serving  chan struct{}
	handler  rpc.Handler
	requests context.Context // the parent of all requests' contexts
	// read is closed at the end of the read loop; readErr is written before.
	read    chan struct{}
	readErr error
	// responses are answers to our requests that were read but not yet handed to
	// the library. The read loop's.
	responses [][]byte

	mu sync.Mutex // guards what follows; never held while calling anything
	// idle wakes whoever waits for unanswered to become 0.
	idle       *sync.Cond
	unanswered int                 // requests and known notifications in progress
	asleep     int                 // those of them whose methods wait
	waiting    map[string]*request // methods that wait, by the key of their id
	waitless   bool                // CancelRequests was called
	leaving    bool                // Shutdown has begun: nothing more is accepted
}

var (
	_ rpc.Caller   = (*Conn)(nil)
	_ rpc.Notifier = (*Conn)(nil)
)

// NewConn makes a connection over rwc, which it owns from now on. It reads
// nothing before Serve is called, and must be closed. Limits that contradict
// themselves panic.
func NewConn(rwc io.ReadWriteCloser, opts Options) *Conn {
	c := &Conn{
		opts:    opts.withDefaults(),
		rwc:     rwc,
		serving: make(chan struct{}),
		read:    make(chan struct{}),
		waiting: map[string]*request{},
	}
	c.idle = sync.NewCond(&c.mu)
	c.ctx, c.cancel = context.WithCancelCause(context.Background())
	c.out = newOutbox(rwc, c.opts.Limits, c.droppedNotice, c.fail)
	c.frames = newFrameReader(flushingReader{c}, c.opts.Limits)
	c.lib = jsonrpc2.NewConn(c.ctx, stream{c}, ignore{}, jsonrpc2.SetLogger(libraryLog{c.opts.Logger}))
	go c.out.run()
	return c
}

// Serve answers what arrives with h until the stream ends or ctx does. At a
// clean end, between two messages, it returns nil; otherwise an error that wraps
// one of this package's or the transport's. What is still being answered can be
// written after that: Serve leaves the connection to Shutdown or Close, one of
// which must follow. It may be called once.
func (c *Conn) Serve(ctx context.Context, h rpc.Handler) error {
	requests, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(ctx, func() {
		c.fail(fmt.Errorf("%w: %w", ErrClosed, context.Cause(ctx)))
	})
	context.AfterFunc(c.ctx, func() {
		stop()
		cancel(context.Cause(c.ctx))
	})
	c.handler, c.requests = h, requests
	close(c.serving)
	<-c.read
	if err := c.Err(); err != nil {
		return err
	}
	if errors.Is(c.readErr, io.EOF) {
		return nil
	}
	return c.readErr
}

// Done is closed when the connection is.
func (c *Conn) Done() <-chan struct{} { return c.ctx.Done() }

// Err is why the connection was closed: nil while it is open, ErrClosed if this
// side closed it.
func (c *Conn) Err() error { return context.Cause(c.ctx) }

// PeerGone tells whether nobody can read an answer any more: after a clean end
// of the stream it tells a peer that has closed its end, or died, from one that
// has only said its last word and still listens, as a script at the end of a
// pipe does. Where the transport can't tell, it is false.
func (c *Conn) PeerGone() bool { return hungUp(c.rwc) }

// Flush waits until everything sent so far is written.
func (c *Conn) Flush(ctx context.Context) error { return c.out.drain(ctx) }

// Shutdown accepts nothing more, waits until what was accepted is answered and
// written, and closes the connection. When ctx ends first, it closes it at once
// and returns why; answers that were not written are lost. Call CancelRequests
// before if methods that wait should not be waited for.
func (c *Conn) Shutdown(ctx context.Context) error {
	defer c.Close()
	defer context.AfterFunc(ctx, c.wake)()
	defer context.AfterFunc(c.ctx, c.wake)()
	c.mu.Lock()
	c.leaving = true
	for c.unanswered > 0 && ctx.Err() == nil && c.ctx.Err() == nil {
		c.idle.Wait()
	}
	abandoned := c.unanswered > 0
	c.mu.Unlock()
	if err := c.out.drain(ctx); err != nil {
		return err
	}
	if abandoned {
		return cmp.Or(c.Err(), context.Cause(ctx))
	}
	return nil
}

// Settle waits until no method is running any more, also those whose answers
// nobody will read because the connection has ended. It returns ctx's cause if
// that ends first.
func (c *Conn) Settle(ctx context.Context) error {
	defer context.AfterFunc(ctx, c.wake)()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.unanswered > 0 && ctx.Err() == nil {
		c.idle.Wait()
	}
	if c.unanswered > 0 {
		return context.Cause(ctx)
	}
	return nil
}

// wake has whoever waits for methods to end look again.
func (c *Conn) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle.Broadcast()
}

// CancelRequests cancels every waiting request, as the client could, and those
// that still arrive: the connection is about to be shut down.
func (c *Conn) CancelRequests() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waitless = true
	for _, r := range c.waiting {
		r.cancel(errCancelled)
	}
}

// Close closes the connection at once. Contexts of requests end, and Call
// returns ErrClosed.
func (c *Conn) Close() error {
	c.fail(ErrClosed)
	return nil
}

// fail closes the connection for the first reason given.
func (c *Conn) fail(reason error) {
	c.closing.Do(func() {
		c.out.stop(reason) // first: what the end cancels is not to be answered
		c.cancel(reason)
		if err := c.rwc.Close(); err != nil {
			c.opts.Logger.Debug("close transport", "err", err)
		}
	})
}

// readResponse is the read loop: it deals with everything that arrives until a
// response to one of our own requests does, and returns that.
func (c *Conn) readResponse() ([]byte, error) {
	for len(c.responses) == 0 {
		if c.out.crowded() {
			c.out.rest()
			c.out.waitRoom()
			c.out.tend()
		}
		body, err := c.frames.next()
		c.framing.Store(int32(c.frames.framing))
		if refused, ok := errors.AsType[*frameError](err); ok {
			c.answer(encodeError(nullID, refused.answer), false)
			err = refused.cause
		} else if err == nil {
			err = c.receive(body)
		}
		if err != nil {
			return nil, err
		}
	}
	next := c.responses[0]
	c.responses = c.responses[1:]
	return next, nil
}

// endRead ends the read loop.
func (c *Conn) endRead(err error) {
	c.readErr = err
	c.out.rest()
	close(c.read)
}

// answer queues an answer. With wake it is written soon, without before the read
// loop reads again.
func (c *Conn) answer(body []byte, wake bool) {
	c.send(body, kindAnswer, "", wake)
}

// send queues a message in the peer's framing.
func (c *Conn) send(body []byte, k kind, key string, wake bool) {
	data := appendFrame(make([]byte, 0, len(body)+32), framing(c.framing.Load()), body)
	c.out.put(&frame{data: data, kind: k, key: key}, wake)
}

// flushingReader writes what the read loop has answered before it blocks.
type flushingReader struct{ c *Conn }

func (r flushingReader) Read(p []byte) (int, error) {
	r.c.out.rest()
	defer r.c.out.tend()
	return r.c.rwc.Read(p)
}
