package sidecar

import (
	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// target is what every mutating request names.
type target struct {
	operationID string
	sessionID   int64 // 0: the connection's newest
	requestKey  string
}

// perform gives a command of the connection's to the engine, and its answer,
// converted, to the client.
func perform[A, R any](c *conn, t target, reply rpc.Reply[R], command func(ledger.By) ledger.Command[A], convert func(A) *R) {
	by, err := c.by(t.operationID, t.sessionID, t.requestKey)
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	ledger.Submit(c.server.engine, t.operationID, command(by), func(a A, err error) {
		if err != nil {
			reply(nil, toWire(err))
			return
		}
		reply(convert(a), nil)
	})
}

// act performs a command whose answer says nothing.
func act(c *conn, t target, reply rpc.Reply[rpc.Empty], command func(ledger.By) ledger.Command[ledger.Done]) {
	perform(c, t, reply, command, func(ledger.Done) *rpc.Empty { return &rpc.Empty{} })
}
