package sidecar

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// parked are the sessions of a connection that broke and may come back.
type parked struct {
	conn     *conn // the one that broke
	token    string
	sessions []rpc.SessionRef // guarded by the server's mu
	reason   string
	timer    *time.Timer
	once     sync.Once // sessions are either taken over or left
}

// resumeHash is what the log knows of a resume token: enough to check it, not
// enough to use it.
func resumeHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:8])
}

// park keeps the connection's sessions open for its grace.
func (c *conn) park(reason string) bool {
	s := c.server
	c.mu.Lock()
	p := &parked{conn: c, token: c.token, reason: reason}
	grace := time.Duration(c.grace) * time.Millisecond
	c.mu.Unlock()
	s.mu.Lock()
	if s.stopping {
		s.mu.Unlock()
		return false
	}
	s.work.Add(1)
	s.parked[p.token] = p
	p.timer = time.AfterFunc(grace, p.expire)
	s.mu.Unlock()
	p.keep(c.finish())
	c.unfollow()
	return true
}

// keep adds the sessions that the connection had at its end. The grace may have
// passed, or the server been stopped, since it began: then they are left.
func (p *parked) keep(refs []rpc.SessionRef) {
	s := p.conn.server
	s.mu.Lock()
	waits := s.parked[p.token] == p
	if waits {
		p.sessions = append(p.sessions, refs...)
	}
	empty := len(p.sessions) == 0
	s.changedLocked()
	s.mu.Unlock()
	switch {
	case !waits:
		p.leave(refs)
	case empty:
		p.expire()
	}
}

// openedLate deals with a session whose connection ended while it was opened: it
// is kept with the others, or left.
func (s *Server) openedLate(c *conn, ref rpc.SessionRef) {
	s.mu.Lock()
	for _, p := range s.parked {
		if p.conn == c {
			p.sessions = append(p.sessions, ref)
			s.mu.Unlock()
			return
		}
	}
	s.mu.Unlock()
	s.work.Add(1) // the request that opened it is not settled yet, so never from zero
	ledger.Submit(s.engine, ref.OperationID, c.leaving(ref, "connection lost"), func(_ ledger.Done, err error) {
		s.left(ref, err)
		s.work.Done()
	})
}

// unfollow stops all subscriptions and keeps the sessions open.
func (c *conn) unfollow() {
	c.mu.Lock()
	follows := c.follows
	c.follows = map[string]*follow{}
	c.mu.Unlock()
	for _, f := range follows {
		if f.sub != nil {
			f.sub.Stop()
		}
	}
}

// expire ends the sessions that nobody came back for.
func (p *parked) expire() { p.settle(p.leave) }

func (p *parked) leave(sessions []rpc.SessionRef) {
	for _, ref := range sessions {
		p.conn.server.leave(context.Background(), p.conn.leaving(ref, p.reason), ref)
	}
}

// settle decides what becomes of the sessions, once.
func (p *parked) settle(how func(sessions []rpc.SessionRef)) {
	p.once.Do(func() {
		s := p.conn.server
		defer s.work.Done()
		s.mu.Lock() // park sets the timer under it
		p.timer.Stop()
		sessions := p.sessions
		if s.parked[p.token] == p {
			delete(s.parked, p.token)
		}
		s.mu.Unlock()
		how(sessions)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.changedLocked()
	})
}

// resume takes over the sessions of the connection that had the token. Those
// that have ended in between are left out: the client sees which are left.
func (c *conn) resume(ctx context.Context, token string) ([]rpc.SessionRef, error) {
	s := c.server
	s.mu.Lock()
	waiting := s.parked[token]
	s.mu.Unlock()
	refs, err := s.resumable(ctx, c.participantID(), resumeHash(token))
	if err != nil {
		return nil, err
	}
	resumed := []rpc.SessionRef{}
	for _, ref := range refs {
		ok, err := c.takeOver(ctx, ref, resumeHash(token))
		if err != nil {
			return nil, err
		}
		if ok {
			resumed = append(resumed, ref)
		}
	}
	if len(resumed) > 0 {
		c.mu.Lock()
		c.token = token // its hash is in the log: it stays the connection's
		c.mu.Unlock()
		if waiting != nil {
			waiting.expire() // what was not taken over has nobody to come back for it
		}
	}
	return resumed, nil
}

// takeOver makes a session the connection's own, unless it has ended.
func (c *conn) takeOver(ctx context.Context, ref rpc.SessionRef, hash string) (bool, error) {
	release, err := c.watch(ref.OperationID)
	if err != nil {
		return false, err
	}
	defer release()
	c.opened(ref.OperationID, ref.SessionID)
	cmd := ledger.ResumeSession{By: ledger.By{ParticipantID: c.participantID(), SessionID: ref.SessionID},
		PID: c.clientPID(), Connection: c.id, Resume: hash}
	if _, err := ledger.Do(context.WithoutCancel(ctx), c.server.engine, ref.OperationID, cmd); err != nil {
		c.server.opts.Logger.Warn("session not resumed", "operation", ref.OperationID, "session", ref.SessionID, "error", err)
		c.closed(ref.OperationID, ref.SessionID)
		return false, nil
	}
	c.opened(ref.OperationID, ref.SessionID) // once more: the connection may have ended meanwhile
	return true, nil
}

// resumable finds the sessions that were joined with a token, in all live
// operations: their engine may have died, and this one may know nothing of them.
func (s *Server) resumable(ctx context.Context, participant, hash string) ([]rpc.SessionRef, error) {
	var refs []rpc.SessionRef
	for after := ""; ; {
		states, next, err := s.engine.Operations(ctx, ledger.Listing{Phases: []ledger.Phase{ledger.Running}, After: after})
		if err != nil {
			return nil, err
		}
		for _, state := range states {
			for _, v := range state.Sessions() {
				if v.Resume == hash && v.ParticipantID == participant && v.Lost == nil {
					refs = append(refs, rpc.SessionRef{OperationID: state.OperationID, SessionID: v.ID})
				}
			}
		}
		if next == "" {
			return slices.Clip(refs), nil
		}
		after = next
	}
}

func (c *conn) clientPID() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pid
}
