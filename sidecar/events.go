package sidecar

import (
	"slices"
	"strings"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/rpc/wire"
)

// update tells the client what has happened to an operation that it has joined.
// It runs on the engine's goroutine and only queues.
func (c *conn) update(u ledger.Update) {
	c.tellAll(u, func(d wire.Delivery) rpc.EventClient {
		return rpc.EventClient{Notifier: c.wire.Delivering(d)}
	})
}

// updateOther tells it what has happened to any other operation: only what it
// has subscribed to by name.
func (c *conn) updateOther(u ledger.Update) {
	if c.joined(u.OperationID) {
		return
	}
	c.tellAll(u, func(d wire.Delivery) rpc.EventClient {
		return rpc.EventClient{Notifier: subscribed{c, c.wire.Delivering(d)}}
	})
}

// subscribed passes on what the client has subscribed to.
type subscribed struct {
	conn *conn
	next rpc.Notifier
}

func (s subscribed) Notify(method string, params any) {
	if s.conn.wants(method) {
		s.next.Notify(method, params)
	}
}

// sender makes a client for events of one kind of delivery.
type sender func(wire.Delivery) rpc.EventClient

func (c *conn) tellAll(u ledger.Update, send sender) {
	if u.ArchivedAt != "" && c.wants(rpc.NotificationLedgerBackupCreated) {
		send(wire.Delivery{}).LedgerBackupCreated(&rpc.LedgerBackupCreatedEvent{OperationID: u.OperationID, Path: u.ArchivedAt})
	}
	lines := c.wants(rpc.NotificationLedgerLogLine)
	for _, e := range u.Events {
		c.tell(u, e, send)
		c.tellOutcomes(u, e, send)
		if !lines {
			continue
		}
		if line, _ := ledger.LogLine(e); line != "" {
			send(wire.Delivery{Lossy: true}).LedgerLogLine(&rpc.LedgerLogLineEvent{OperationID: u.OperationID, Line: line})
		}
	}
}

// tell sends what concerns everybody.
func (c *conn) tell(u ledger.Update, e *ledger.Event, send sender) {
	id, events := u.OperationID, send(wire.Delivery{})
	switch d := e.Data.(type) {
	case *ledger.AbortData:
		// A flag that was set and cleared again before it could be sent is no news.
		send(wire.Delivery{Key: "abort/" + id}).OperationAborted(&rpc.OperationAbortedEvent{OperationID: id,
			Value: d.Value, By: e.ParticipantID, Reason: d.Reason})
	case *ledger.CleanupStartedData:
		events.OperationFailed(&rpc.OperationFailedEvent{OperationID: id, FailedAt: rpc.NewTime(e.At), Reason: d.Reason, CrashedCallIDs: d.CrashedCallIDs})
	case *ledger.CompletedData:
		events.OperationCompleted(&rpc.OperationCompletedEvent{OperationID: id, BackupPath: c.server.engine.BackupPath(id)})
	case *ledger.JoinedData:
		if e.ParticipantID == c.participantID() {
			return // the answer to its own request has told it
		}
		events.OperationParticipantJoined(&rpc.ParticipantEvent{OperationID: id, ParticipantID: e.ParticipantID, SessionID: e.SessionID})
	case *ledger.LeftData:
		if e.ParticipantID == c.participantID() {
			return
		}
		events.OperationParticipantLeft(&rpc.ParticipantEvent{OperationID: id, ParticipantID: e.ParticipantID, SessionID: e.SessionID})
	case *ledger.CancelRequestedData:
		if f, ok := u.State.Frame(d.CallID); ok && c.owns(id, f.SessionID) {
			events.CallCancelRequested(&rpc.CallCancelRequestedEvent{OperationID: id, CallID: d.CallID, Reason: d.Reason})
		}
	}
}

// tellOutcomes sends how calls ended, to their owner and whoever subscribed.
func (c *conn) tellOutcomes(u ledger.Update, e *ledger.Event, send sender) {
	for _, o := range ledger.Ended(u.State, e) {
		if c.owns(u.OperationID, o.SessionID) || c.wants(rpc.NotificationCallFinished) {
			send(wire.Delivery{}).CallFinished(&rpc.CallFinishedEvent{OperationID: u.OperationID, CallID: o.CallID,
				Status: rpc.CallStatus(o.Status), Result: o.Result, Error: o.Error})
		}
	}
}

func (c *conn) joined(operationID string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.follows[operationID] != nil
}

func (c *conn) owns(operationID string, session int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.follows[operationID]
	return f != nil && slices.Contains(f.sessions, session)
}

// wants tells whether the client has subscribed to an event.
func (c *conn) wants(event string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.subscribe, func(name string) bool {
		prefix, wildcard := strings.CutSuffix(name, "*")
		return name == event || wildcard && strings.HasPrefix(event, prefix)
	})
}
