package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/tomledger/tomledger/rpc"
)

// Delivery is how much an event matters. The zero value is never dropped.
type Delivery struct {
	// Key names what the event is about: an unsent event with the same key is
	// obsolete and makes way for this one.
	Key string
	// Lossy events are dropped and counted while the peer has too much to read.
	Lossy bool
}

// Notify queues a notification that is never dropped. It never blocks. A
// connection that is closed drops what it is given.
func (c *Conn) Notify(method string, params any) {
	c.notify(method, params, Delivery{})
}

// Delivering returns a notifier whose notifications are treated as d says. It
// never blocks either.
func (c *Conn) Delivering(d Delivery) rpc.Notifier { return notifier{c, d} }

// notifier notifies with a delivery of its own.
type notifier struct {
	conn     *Conn
	delivery Delivery
}

func (n notifier) Notify(method string, params any) { n.conn.notify(method, params, n.delivery) }

func (c *Conn) notify(method string, params any, d Delivery) {
	body, err := encodeNotification(method, params)
	if err != nil {
		c.opts.Logger.Error("notification can't be encoded", "method", method, "err", err)
		return
	}
	k := kindEvent
	if d.Lossy {
		k = kindLossy
	}
	c.send(body, k, d.Key, true)
}

// droppedNotice is the frame that reports dropped events.
func (c *Conn) droppedNotice(count int64) []byte {
	body, err := encodeNotification(rpc.NotificationLedgerEventsDropped, rpc.LedgerEventsDroppedEvent{Count: count})
	if err != nil {
		panic(err) // a number always encodes
	}
	return appendFrame(nil, framing(c.framing.Load()), body)
}

// Call sends a request and waits for its answer, which somebody must read: Serve
// has to run. An error answer is returned as an *rpc.Error. When ctx ends first,
// the peer is asked to cancel the request and ctx's error is returned. After the
// connection has ended the error wraps ErrClosed.
func (c *Conn) Call(ctx context.Context, method string, params, result any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	id := c.nextID.Add(1)
	waiter, err := c.lib.DispatchCall(ctx, method, params, jsonrpc2.PickID(jsonrpc2.ID{Num: id}))
	if err == nil {
		err = waiter.Wait(ctx, result)
	}
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*jsonrpc2.Error](err); ok {
		answer := &rpc.Error{Code: rpc.Code(e.Code), Message: e.Message}
		if e.Data != nil {
			answer.Data = *e.Data
		}
		return answer
	}
	if errors.Is(err, jsonrpc2.ErrClosed) {
		return fmt.Errorf("%s: %w", method, c.whyClosed())
	}
	if ctx.Err() != nil {
		c.Notify(rpc.NotificationCancelRequest, rpc.CancelRequestParams{ID: strconv.AppendUint(nil, id, 10)})
		return ctx.Err()
	}
	return fmt.Errorf("%s: %w", method, err)
}

// whyClosed is why no answer can come any more.
func (c *Conn) whyClosed() error {
	err := c.Err()
	switch {
	case err == nil: // the peer ended the stream
		return ErrClosed
	case errors.Is(err, ErrClosed):
		return err
	default:
		return fmt.Errorf("%w: %w", ErrClosed, err)
	}
}

// stream is the library's view of the connection: it sees the requests that we
// send, and the responses to them.
type stream struct{ c *Conn }

// ReadObject runs the read loop until there is a response.
func (s stream) ReadObject(v any) error {
	select {
	case <-s.c.serving:
	case <-s.c.ctx.Done():
		s.c.endRead(ErrClosed)
		return ErrClosed
	}
	response, err := s.c.readResponse()
	if err != nil {
		s.c.endRead(err)
		return err
	}
	return v.(json.Unmarshaler).UnmarshalJSON(response)
}

// WriteObject queues one of our requests. The caller is about to wait for the
// answer, so it writes the request itself if that can't block.
func (s stream) WriteObject(v any) error {
	var b bytes.Buffer
	if err := appendJSON(&b, v); err != nil {
		return err
	}
	if limit := s.c.opts.Limits.MaxFrameBytes; b.Len() > limit {
		return tooLarge(limit)
	}
	s.c.send(b.Bytes(), kindEvent, "", false)
	s.c.out.flush()
	return nil
}

// Close does nothing: the end of reading leaves answers to be written.
func (s stream) Close() error { return nil }

// ignore is the library's handler, which nothing reaches.
type ignore struct{}

func (ignore) Handle(context.Context, *jsonrpc2.Conn, *jsonrpc2.Request) {}

// libraryLog passes the library's messages on.
type libraryLog struct{ log *slog.Logger }

func (l libraryLog) Printf(format string, v ...any) { l.log.Debug(fmt.Sprintf(format, v...)) }

// response keeps an answer to one of our requests for the library, in a form
// that it surely understands: what it does not, ends its read loop.
func (c *Conn) response(e *envelope) {
	id, err := strconv.ParseUint(string(e.id), 10, 64)
	if err != nil {
		// Most likely the peer's answer to something it could not read.
		c.opts.Logger.Warn("response without a usable id", "id", string(e.id), "error", string(e.failed))
		return
	}
	outcome := fmt.Sprintf(`"result":%s`, e.result)
	if e.failed != nil && (e.result == nil || string(e.failed) != "null") {
		var fault rpc.Error
		if err := json.Unmarshal(e.failed, &fault); err != nil {
			outcome = fmt.Sprintf(`"error":{"code":%d,"message":"The peer's error can't be read."}`, rpc.CodeInternalError)
		} else {
			outcome = fmt.Sprintf(`"error":%s`, e.failed)
		}
	}
	c.responses = append(c.responses, fmt.Appendf(nil, `{"id":%d,%s}`, id, outcome))
}
