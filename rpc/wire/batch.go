package wire

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/tomledger/tomledger/rpc"
)

// batch collects the answers to the requests of one array.
type batch struct {
	conn *Conn

	mu      sync.Mutex // guards what follows; nothing is called under it
	answers [][]byte   // in the order of the requests; nil while one is missing
	open    int        // answers that are missing, and one while members are read
}

// receiveBatch deals with an array of messages.
func (c *Conn) receiveBatch(body []byte) {
	cur := cursor{data: body}
	b := &batch{conn: c, open: 1}
	limit := c.opts.Limits.MaxQueuedRequests
	more := cur.enter()
	if !more {
		c.refuse(nil, invalidRequest("A batch must not be empty."), nil)
		return
	}
	for n := 0; more; more = cur.more() {
		if n++; n > limit {
			b.add(encodeError(nullID, rpc.NewError(rpc.CodeLimitExceeded,
				fmt.Sprintf("The batch has more than %d members; the rest was ignored.", limit),
				rpc.ErrorData{Limit: int64(limit)})))
			break
		}
		c.receiveOne(cur.value(), b)
	}
	b.done()
}

// reserve makes a place for an answer to come.
func (b *batch) reserve() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers = append(b.answers, nil)
	b.open++
	return len(b.answers) - 1
}

// set puts an answer into its place.
func (b *batch) set(slot int, answer []byte) {
	b.mu.Lock()
	b.answers[slot] = answer
	b.mu.Unlock()
	b.done()
}

// add appends an answer that is known at once.
func (b *batch) add(answer []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers = append(b.answers, answer)
}

// done counts one thing less to wait for, and sends the array after the last.
func (b *batch) done() {
	b.mu.Lock()
	b.open--
	last := b.open == 0
	b.mu.Unlock()
	if !last || len(b.answers) == 0 {
		return // an array of nothing but notifications is not answered
	}
	array := append([]byte{'['}, bytes.Join(b.answers, []byte{','})...)
	b.conn.answer(append(array, ']'))
}
