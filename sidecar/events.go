package sidecar

import (
	"slices"
	"strings"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/rpc/wire"
)

// update tells the client what has happened to an operation that it follows. It
// runs on the engine's goroutine and only queues.
func (c *conn) update(u ledger.Update) {
	if u.Err != nil {
		return // whoever asks for the operation gets the error
	}
	if u.ArchivedAt != "" && c.wants(rpc.NotificationLedgerBackupCreated) {
		c.events().LedgerBackupCreated(&rpc.LedgerBackupCreatedEvent{OperationID: u.OperationID, Path: u.ArchivedAt})
	}
	for _, e := range u.Events {
		c.tell(u, e)
		c.tellOutcomes(u, e)
		if c.wants(rpc.NotificationLedgerLogLine) {
			if line, _ := ledger.LogLine(e); line != "" {
				c.delivering(wire.Delivery{Lossy: true}).LedgerLogLine(&rpc.LedgerLogLineEvent{OperationID: u.OperationID, Line: line})
			}
		}
	}
}

// events sends what must arrive.
func (c *conn) events() rpc.EventClient { return rpc.EventClient{Notifier: c.wire} }

func (c *conn) delivering(d wire.Delivery) rpc.EventClient {
	return rpc.EventClient{Notifier: c.wire.Delivering(d)}
}

// tell sends what concerns everybody.
func (c *conn) tell(u ledger.Update, e *ledger.Event) {
	id := u.OperationID
	switch d := e.Data.(type) {
	case *ledger.AbortData:
		// A flag that is set and cleared again is news only once.
		c.delivering(wire.Delivery{Key: "abort/" + id}).OperationAborted(&rpc.OperationAbortedEvent{OperationID: id,
			Value: d.Value, By: e.ParticipantID, Reason: d.Reason})
	case *ledger.CleanupStartedData:
		c.events().OperationFailed(&rpc.OperationFailedEvent{OperationID: id, FailedAt: rpc.NewTime(e.At), Reason: d.Reason, CrashedCallIDs: d.CrashedCallIDs})
	case *ledger.CompletedData:
		c.events().OperationCompleted(&rpc.OperationCompletedEvent{OperationID: id, BackupPath: c.server.engine.BackupPath(id)})
	case *ledger.JoinedData:
		c.events().OperationParticipantJoined(&rpc.ParticipantEvent{OperationID: id, ParticipantID: e.ParticipantID, SessionID: e.SessionID})
	case *ledger.LeftData:
		c.events().OperationParticipantLeft(&rpc.ParticipantEvent{OperationID: id, ParticipantID: e.ParticipantID, SessionID: e.SessionID})
	case *ledger.CancelRequestedData:
		if f, ok := u.State.Frame(d.CallID); ok && c.owns(id, f.SessionID) {
			c.events().CallCancelRequested(&rpc.CallCancelRequestedEvent{OperationID: id, CallID: d.CallID, Reason: d.Reason})
		}
	}
}

// tellOutcomes sends how calls ended, to their owner and whoever subscribed.
func (c *conn) tellOutcomes(u ledger.Update, e *ledger.Event) {
	for _, o := range ledger.Ended(u.State, e) {
		if c.owns(u.OperationID, o.SessionID) || c.wants(rpc.NotificationCallFinished) {
			c.events().CallFinished(&rpc.CallFinishedEvent{OperationID: u.OperationID, CallID: o.CallID,
				Status: rpc.CallStatus(o.Status), Result: o.Result, Error: o.Error})
		}
	}
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
