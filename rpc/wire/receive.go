package wire

import (
	"bytes"
	"context"
	"fmt"
	"runtime/debug"

	"github.com/tomledger/tomledger/rpc"
)

// receive deals with one frame. Its error ends the read loop.
func (c *Conn) receive(body []byte) error {
	if c.isLeaving() {
		return ErrClosed
	}
	if !validJSON(body) {
		c.refuse(nil, rpc.NewError(rpc.CodeParseError,
			"The message is not one JSON value in UTF-8.", rpc.ErrorData{}), nil)
		return nil
	}
	if bytes.TrimLeft(body, " \t\r\n")[0] == '[' {
		c.receiveBatch(body)
		return nil
	}
	c.receiveOne(body, nil)
	return nil
}

func (c *Conn) isLeaving() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leaving
}

// receiveOne deals with one message, alone or in batch b.
func (c *Conn) receiveOne(data []byte, b *batch) {
	e, fault := scanEnvelope(data)
	switch {
	case fault != nil:
		c.refuse(e.id, fault, b)
	case e.isResponse():
		c.response(&e)
	case e.method == rpc.NotificationCancelRequest && e.id == nil:
		c.cancelRequest(e.params)
	default:
		if fault := c.dispatch(&e, b); fault != nil {
			c.refuse(e.id, fault, b)
		}
	}
}

// refuse answers a message that does not become a request.
func (c *Conn) refuse(id []byte, fault *rpc.Error, b *batch) {
	answer := encodeError(nullID, fault)
	if id != nil {
		answer = encodeError(string(id), fault)
	}
	if b != nil {
		b.add(answer)
		return
	}
	c.answer(answer)
}

// dispatch finds the method of a request or notification and calls it. It
// returns what a request is refused with.
func (c *Conn) dispatch(e *envelope, b *batch) *rpc.Error {
	var m *rpc.Method
	if c.opts.Lookup != nil {
		m = c.opts.Lookup(e.method)
	}
	isNotification := e.id == nil
	switch {
	case m == nil && isNotification:
		c.notification(e)
		return nil
	case m == nil:
		return rpc.NewError(rpc.CodeMethodNotFound,
			fmt.Sprintf("There is no method %.100q.", e.method), rpc.ErrorData{})
	}
	fault := c.call(e, m, b)
	if fault != nil && isNotification {
		c.opts.Logger.Warn("notification refused", "method", m.Name, "err", fault)
		return nil
	}
	return fault
}

// call starts a method.
func (c *Conn) call(e *envelope, m *rpc.Method, b *batch) *rpc.Error {
	if c.opts.Admit != nil {
		if err := c.opts.Admit(m); err != nil {
			return toWire(c.requests, err)
		}
	}
	r, fault := c.begin(e.id, m, b)
	if fault != nil {
		return fault
	}
	if m.Waits {
		params := bytes.Clone(e.params) // the frame is the read loop's
		go r.run(params)
		return nil
	}
	r.run(e.params)
	return nil
}

// notification hands over one that is in no method table.
func (c *Conn) notification(e *envelope) {
	if c.opts.Notification == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			c.opts.Logger.Error("notification handler panicked", "method", e.method, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	c.opts.Notification(e.method, e.params)
}

// begin accounts for a request, and refuses one too many.
func (c *Conn) begin(id []byte, m *rpc.Method, b *batch) (*request, *rpc.Error) {
	r := &request{conn: c, id: string(id), method: m, batch: b, ctx: c.requests}
	if m.Waits && id != nil {
		r.key = idKey(id)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	limit := c.opts.Limits.MaxQueuedRequests
	if c.crowdLocked(m) >= limit {
		return nil, rpc.NewError(rpc.CodeOverloaded,
			fmt.Sprintf("More than %d requests are unanswered; wait for answers.", limit),
			rpc.ErrorData{Limit: int64(limit)})
	}
	if r.key != "" {
		if c.waiting[r.key] != nil {
			return nil, invalidRequest("A request with the id %s is in progress.", id)
		}
		c.waiting[r.key] = r
	}
	c.unanswered++
	if m.Waits {
		c.asleep++
		r.ctx, r.cancel = context.WithCancelCause(c.requests)
		if c.waitless {
			r.cancel(errCancelled)
		}
	}
	if b != nil && id != nil {
		r.slot = b.reserve()
	}
	return r, nil
}

// crowdLocked is how many requests are unanswered that a new one has to stand
// in line with. Those that wait do not keep out those that do not: a client
// with as many awaits as are allowed can still end its calls. What may overtake
// or is always allowed gets in where others don't: an abort or a goodbye must
// not be refused because of a crowd.
func (c *Conn) crowdLocked(m *rpc.Method) int {
	n := c.unanswered - c.asleep
	if m.Waits {
		n = c.asleep
	}
	if m.Overtakes || m.Always {
		n -= c.opts.Limits.MaxQueuedRequests
	}
	return n
}

// cancelRequest cancels the waiting request that params name. An unknown one has
// been answered, or can't be cancelled.
func (c *Conn) cancelRequest(params []byte) {
	if len(params) == 0 || params[0] != '{' {
		return
	}
	var id []byte
	cur := cursor{data: params}
	for more := cur.enter(); more; more = cur.more() {
		key := text(cur.value())
		cur.colon()
		if value := cur.value(); key == "id" {
			id = value
		}
	}
	if id == nil || !validID(id) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.waiting[idKey(id)]; r != nil {
		r.cancel(errCancelled)
	}
}
