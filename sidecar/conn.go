package sidecar

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/rpc/wire"
)

// conn is one connection: the handler of its requests, spread over the files
// handle_*.go by noun.
type conn struct {
	server *Server
	wire   *wire.Conn
	peer   wire.Peer
	id     string

	mu          sync.Mutex // guards what follows; never held while calling the engine
	initialized bool
	goodbye     bool
	finished    bool // its sessions are being left: what is opened now is left, too
	participant string
	pid         int64
	token       string
	grace       int64 // ms
	stale       int64 // ms; 0: judged by the connection alone
	subscribe   []string
	follows     map[string]*follow // by operation
	over        bool               // nothing more is subscribed to
	stopOthers  func()             // ends the subscription to other operations
}

var _ rpc.Handler = (*conn)(nil)

// follow is what a connection has to do with one operation.
type follow struct {
	sub      *ledger.Subscription
	sessions []int64 // own, open, oldest first
	opening  int     // requests that are to open one
}

// admit lets nobody in before initialize.
func (c *conn) admit(m *rpc.Method) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.initialized || m.Always || m.Name == "initialize" {
		return nil
	}
	return rpc.NewError(rpc.CodeNotInitialized, "Send initialize first, with a participantId.", rpc.ErrorData{})
}

// by is who speaks, for a session of the connection's own: the given one, or
// the newest. An operation that was not joined has session 0, which the engine
// refuses where one is needed.
func (c *conn) by(operationID string, session int64, key string) (ledger.By, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	by := ledger.By{ParticipantID: c.participant, RequestKey: key}
	f := c.follows[operationID]
	if f == nil || len(f.sessions) == 0 {
		return by, nil
	}
	if session == 0 {
		session = f.sessions[len(f.sessions)-1]
	}
	if !slices.Contains(f.sessions, session) {
		return by, &ledger.Error{Code: ledger.SessionNotActive, OperationID: operationID, SessionID: session,
			Message: "this connection has no such open session; leave sessionId out to mean the newest"}
	}
	by.SessionID = session
	return by, nil
}

// maxJoined is how many operations one connection may have joined at a time.
const maxJoined = 10_000

// watch makes the connection follow an operation, if it doesn't yet, for a
// session that is to be opened. release gives that up again: the operation is
// followed on if there is an open session then, or another one to be.
func (c *conn) watch(operationID string) (release func(), err error) {
	c.mu.Lock()
	f, known := c.follows[operationID]
	if !known {
		if len(c.follows) >= maxJoined {
			c.mu.Unlock()
			return nil, &ledger.Error{Code: ledger.LimitExceeded, OperationID: operationID, Limit: maxJoined,
				Message: fmt.Sprintf("this connection has joined %d operations, as many as it may; leave some first", maxJoined)}
		}
		f = &follow{}
		c.follows[operationID] = f
	}
	f.opening++
	c.mu.Unlock()
	release = func() { c.dropUnused(operationID, f, func() { f.opening-- }) }
	if known {
		return release, nil
	}
	sub, err := c.server.engine.Subscribe(operationID, c.update)
	if err != nil {
		release()
		return nil, err
	}
	c.mu.Lock()
	current := c.follows[operationID] == f
	if current {
		f.sub = sub
	}
	c.mu.Unlock()
	if !current {
		sub.Stop() // the connection has ended meanwhile, or the operation has
	}
	return release, nil
}

// dropUnused stops following an operation if, after change, nothing needs it.
func (c *conn) dropUnused(operationID string, f *follow, change func()) {
	c.mu.Lock()
	change()
	var sub *ledger.Subscription
	if len(f.sessions) == 0 && f.opening == 0 && c.follows[operationID] == f {
		delete(c.follows, operationID)
		sub = f.sub
	}
	c.mu.Unlock()
	if sub != nil {
		sub.Stop()
	}
}

// created records a new operation, which the connection follows already. One
// that was created by the same request before is followed once.
func (c *conn) created(operationID string, session int64, sub *ledger.Subscription) {
	c.mu.Lock()
	f := c.follows[operationID]
	if f == nil {
		f = &follow{sub: sub}
		c.follows[operationID] = f
		sub = nil
	}
	c.mu.Unlock()
	if sub != nil {
		sub.Stop()
	}
	c.opened(operationID, session)
}

// opened records a session of the connection's own. The connection may have
// ended while it was being opened.
func (c *conn) opened(operationID string, session int64) {
	c.mu.Lock()
	if c.finished {
		c.mu.Unlock()
		c.unfollowOne(operationID)
		c.server.openedLate(c, rpc.SessionRef{OperationID: operationID, SessionID: session})
		return
	}
	defer c.mu.Unlock()
	f := c.follows[operationID]
	if f == nil {
		f = &follow{}
		c.follows[operationID] = f
	}
	if !slices.Contains(f.sessions, session) {
		f.sessions = append(f.sessions, session)
	}
}

// closed forgets a session, and the operation with its last one.
func (c *conn) closed(operationID string, session int64) {
	c.mu.Lock()
	f := c.follows[operationID]
	c.mu.Unlock()
	if f == nil {
		return
	}
	c.dropUnused(operationID, f, func() {
		f.sessions = slices.DeleteFunc(f.sessions, func(id int64) bool { return id == session })
	})
}

// unfollowOne forgets an operation and its sessions.
func (c *conn) unfollowOne(operationID string) {
	c.mu.Lock()
	f := c.follows[operationID]
	delete(c.follows, operationID)
	c.mu.Unlock()
	if f != nil && f.sub != nil {
		f.sub.Stop()
	}
}

func (c *conn) saidGoodbye() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.goodbye
}

// finish lists the connection's open sessions for the last time: what is opened
// from now on is left at once.
func (c *conn) finish() []rpc.SessionRef {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finished = true
	var refs []rpc.SessionRef
	for id, f := range c.follows {
		for _, session := range f.sessions {
			refs = append(refs, rpc.SessionRef{OperationID: id, SessionID: session})
		}
	}
	return refs
}

// leaveAll leaves all sessions; their open calls are cancelled.
func (c *conn) leaveAll(ctx context.Context, reason string) {
	for _, ref := range c.finish() {
		c.server.leave(ctx, c.leaving(ref, reason), ref)
		c.closed(ref.OperationID, ref.SessionID)
	}
}

// leaving is the command that ends one of the connection's sessions, unless
// another connection has taken it over.
func (c *conn) leaving(ref rpc.SessionRef, reason string) ledger.LeaveOperation {
	return ledger.LeaveOperation{By: ledger.By{ParticipantID: c.participantID(), SessionID: ref.SessionID},
		CancelPendingCalls: true, Reason: reason, Connection: c.id}
}

func (c *conn) participantID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.participant
}

// leave ends one session.
func (s *Server) leave(ctx context.Context, cmd ledger.LeaveOperation, ref rpc.SessionRef) {
	_, err := ledger.Do(ctx, s.engine, ref.OperationID, cmd)
	s.left(ref, err)
}

// left notes how leaving went. An operation that has ended needs no leaving, and
// one that can't be written is logged: nobody is left to be told.
func (s *Server) left(ref rpc.SessionRef, err error) {
	switch ledger.CodeOf(err) {
	case ledger.OperationEnded, ledger.OperationFailed, ledger.OperationNotFound, ledger.SessionNotActive:
	default:
		if err != nil {
			s.opts.Logger.Error("leave session", "operation", ref.OperationID, "session", ref.SessionID, "error", err)
		}
	}
}

// wind ends a connection that nothing more comes from: what was asked is
// answered, as far as anybody reads it, and the sessions end. A script at the end
// of a pipe has said its last word and still reads, so it gets all its answers
// first; for others, waiting requests are cancelled.
func (c *conn) wind(err error) {
	ctx, cancel := context.WithTimeout(context.Background(), goodbyeTimeout)
	defer cancel()
	listening := err == nil && !c.wire.PeerGone()
	if !listening {
		c.wire.CancelRequests()
		c.ended(err)
	}
	if err := c.wire.Shutdown(ctx); err != nil && listening {
		c.server.opts.Logger.Warn("answers were not read", "connection", c.id, "error", err)
	}
	if listening {
		c.ended(nil)
	}
	// What is still being done for this client may open a session, which is to
	// be left before the engine is closed.
	if err := c.wire.Settle(ctx); err != nil {
		c.server.opts.Logger.Warn("a request takes too long", "connection", c.id, "error", err)
	}
}

// ended deals with the sessions of a connection that has ended.
func (c *conn) ended(err error) {
	c.mu.Lock()
	broken, grace, stopOthers := !c.goodbye && c.initialized, c.grace, c.stopOthers
	c.over, c.stopOthers = true, nil
	c.mu.Unlock()
	if stopOthers != nil {
		stopOthers()
	}
	reason := "connection lost"
	if err != nil {
		reason += ": " + err.Error()
	}
	switch {
	case broken && grace > 0 && c.park(reason):
	default:
		c.leaveAll(context.Background(), reason)
	}
}

// stop ends the connection from our side.
func (c *conn) stop(ctx context.Context) {
	c.mu.Lock()
	c.goodbye = true
	c.mu.Unlock()
	c.wire.CancelRequests()
	c.leaveAll(ctx, "the sidecar was stopped")
	if err := c.wire.Shutdown(ctx); err != nil {
		c.server.opts.Logger.Warn("connection did not end in time", "connection", c.id, "error", err)
	}
}
