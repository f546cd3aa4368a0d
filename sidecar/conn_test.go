package sidecar

import (
	"context"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// newTestConn makes a connection that nobody is at the other end of, with an
// operation that it has created.
func newTestConn(t *testing.T) (c *conn, operationID string) {
	t.Helper()
	engine, err := ledger.NewMemory().Open(ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := New(engine, Options{})
	t.Cleanup(func() {
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	c = &conn{server: s, id: "conn-1", token: "token", participant: "cli", follows: map[string]*follow{}}
	joined, sub, err := engine.Create(context.Background(), ledger.CreateOperation{By: ledger.By{ParticipantID: "cli"}, Connection: c.id},
		func(ledger.Update) {})
	if err != nil {
		t.Fatal(err)
	}
	c.created(joined.OperationID, joined.SessionID, sub)
	return c, joined.OperationID
}

// A client may leave and join in one go: the leave is answered when the join has
// found that the operation is followed already.
func TestLeavingKeepsWhatIsBeingJoined(t *testing.T) {
	c, op := newTestConn(t)
	release, err := c.watch(op)
	if err != nil {
		t.Fatal(err)
	}
	c.closed(op, 1)
	c.opened(op, 2)
	release()
	if f := c.follows[op]; f == nil || f.sub == nil {
		t.Errorf("the operation is not followed any more: %+v", f)
	}
	c.closed(op, 2)
	if len(c.follows) > 0 {
		t.Error("the operation is followed although its last session is closed")
	}
}

// A session that is opened while its connection ends is left, and nothing of the
// operation stays with the connection.
func TestEndedConnectionFollowsNothing(t *testing.T) {
	c, op := newTestConn(t)
	c.leaveAll(context.Background(), "test")
	release, err := c.watch(op)
	if err != nil {
		t.Fatal(err)
	}
	c.opened(op, 2)
	release()
	if len(c.follows) > 0 {
		t.Error("the connection has ended and follows an operation")
	}
}

// The connection may end in the very moment in which it begins to follow.
func TestWatchWhileTheConnectionEnds(t *testing.T) {
	c, op := newTestConn(t)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				c.unfollow()
			}
		}
	}()
	for range 2000 {
		release, err := c.watch(op)
		if err != nil {
			t.Fatal(err)
		}
		release()
	}
	close(stop)
	<-stopped
}

// A subscription to all operations that comes too late is ended at once.
func TestSubscriptionOfAnEndedConnection(t *testing.T) {
	c, _ := newTestConn(t)
	c.ended(nil)
	stopped := false
	c.keepSubscription(func() { stopped = true })
	if !stopped {
		t.Error("nobody ends the subscription")
	}
}

// The grace may have passed before the sessions that it was for are listed.
func TestParkedTooLate(t *testing.T) {
	c, op := newTestConn(t)
	s := c.server
	p := &parked{conn: c, token: "gone", reason: "test"}
	p.keep([]rpc.SessionRef{{OperationID: op, SessionID: 1}})
	state, err := s.engine.State(context.Background(), op)
	if err != nil {
		t.Fatal(err)
	}
	if open := state.Sessions(); len(open) > 0 {
		t.Errorf("a session stays open for ever: %+v", open[0])
	}
}

// "For ever", as a client may put it, is no time in the past.
func TestLongWaits(t *testing.T) {
	const maxInteger = 1<<53 - 1 // of the contract
	if d := duration(maxInteger); d < 0 {
		t.Errorf("%d ms are %s", int64(maxInteger), d)
	}
	ms := int64(maxInteger)
	ctx, cancel := withTimeout(context.Background(), &ms)
	defer cancel()
	if ctx.Err() != nil {
		t.Error("the wait is over before it has begun")
	}
}
