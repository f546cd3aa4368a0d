package wire

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"github.com/tomledger/tomledger/rpc"
)

// request is a request in progress, or a notification that runs like one.
type request struct {
	conn   *Conn
	id     string // as it came; empty for a notification
	key    string // in conn.waiting; empty if it is not there
	method *rpc.Method
	batch  *batch // nil if it came alone
	slot   int    // its place in the batch
	ctx    context.Context
	cancel context.CancelCauseFunc // nil unless the method waits

	answered atomic.Bool
}

// run calls the method, and answers for it if it panics.
func (r *request) run(params []byte) {
	defer func() {
		if p := recover(); p != nil {
			r.conn.opts.Logger.Error("handler panicked", "method", r.method.Name, "panic", p, "stack", string(debug.Stack()))
			if !r.answered.Load() {
				r.reply(nil, &panicError{p})
			}
		}
	}()
	r.method.Call(r.ctx, r.conn.handler, params, r.reply)
}

// reply answers the request: once, from any goroutine.
func (r *request) reply(result any, err error) {
	if !r.answered.CompareAndSwap(false, true) {
		r.conn.opts.Logger.Error("request answered twice", "method", r.method.Name, "id", r.id)
		return
	}
	if r.id == "" {
		if err != nil {
			r.conn.opts.Logger.Warn("notification failed", "method", r.method.Name, "err", err)
		}
	} else if answer := r.encode(result, err); r.batch != nil {
		r.batch.set(r.slot, answer)
	} else {
		r.conn.answer(answer)
	}
	r.end()
}

// encode makes the answer. One that can't be encoded, or that the peer would
// not read, becomes an error.
func (r *request) encode(result any, err error) []byte {
	if err != nil {
		fault := toWire(r.ctx, err)
		if fault.Code == rpc.CodeInternalError {
			r.conn.opts.Logger.Error("internal error", "method", r.method.Name, "err", err)
		}
		return encodeError(r.id, fault)
	}
	answer, err := encodeResult(r.id, result)
	if err != nil {
		r.conn.opts.Logger.Error("result can't be encoded", "method", r.method.Name, "err", err)
		return encodeError(r.id, toWire(r.ctx, fmt.Errorf("the result can't be encoded: %w", err)))
	}
	if limit := r.conn.opts.Limits.MaxFrameBytes; len(answer) > limit {
		return encodeError(r.id, rpc.NewError(rpc.CodeLimitExceeded,
			fmt.Sprintf("The result is larger than a message may be (%d bytes); ask for less at once.", limit),
			rpc.ErrorData{Limit: int64(limit)}))
	}
	return answer
}

// end gives up the request's place.
func (r *request) end() {
	c := r.conn
	c.mu.Lock()
	if r.key != "" {
		delete(c.waiting, r.key)
	}
	c.unanswered--
	if r.method.Waits {
		c.asleep--
	}
	if c.unanswered == 0 {
		c.idle.Broadcast()
	}
	c.mu.Unlock()
	if r.cancel != nil {
		r.cancel(nil)
	}
}
