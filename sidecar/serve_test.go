package sidecar_test

import (
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

func TestServeEndsWhenIdle(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t), "--idle-exit", "50ms")
	// Neither a client nor an operation that lives may be left alone.
	p := s.connect(t, named("cli"))
	op := p.create(t)
	idle := time.NewTimer(200 * time.Millisecond)
	defer idle.Stop()
	select {
	case <-s.ended:
		t.Fatal("it ended with a client connected")
	case <-idle.C:
	}
	p.conn.Close()
	idle.Reset(200 * time.Millisecond)
	select {
	case <-s.ended:
		t.Fatal("it ended with an operation alive")
	case <-idle.C:
	}
	p = s.connect(t, named("cli"))
	p.join(t, op)
	p.complete(t, op)
	p.conn.Close()
	if code := s.exitCode(); code != 0 {
		t.Errorf("it ended with %d", code)
	}
}

// A signal ends a server in good order: what was asked is answered, waiting
// requests are cancelled, sessions are left, and the clients' streams end.
func TestServeEndsInGoodOrder(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			dir := newLedger(t)
			outside := withStdio(t, dir, named("outside"))
			op := outside.create(t)
			call := outside.start(t, op)
			s := startServe(t, dir, "--durability", "disk")
			const clients = 10
			var acknowledged, refusedOnes int
			var mu sync.Mutex
			var wg sync.WaitGroup
			for range clients {
				p := s.connect(t, rpc.InitializeParams{ParticipantID: "inside", ReconnectGraceMs: 600_000})
				p.join(t, op)
				wg.Go(func() {
					_, err := p.CallAwait(testContext(t), &rpc.CallAwaitParams{OperationID: op, CallID: call})
					if code := codeOf(err); err == nil || code != 0 && code != rpc.CodeRequestCancelled {
						t.Errorf("the wait ended with %v", err)
					}
				})
				for range 20 {
					wg.Go(func() {
						_, err := p.OperationLog(testContext(t), &rpc.OperationLogParams{OperationID: op, Message: "m"})
						mu.Lock()
						defer mu.Unlock()
						if err == nil {
							acknowledged++
						} else {
							refusedOnes++
						}
					})
				}
			}
			if err := s.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			wg.Wait()
			if code := s.exitCode(); code != 128+int(signal) {
				t.Errorf("it ended with %d", code)
			}
			for _, p := range outside.document(t, op).Participants {
				if p.ParticipantID == "inside" && len(p.SessionIDs) > 0 {
					t.Errorf("the sessions %d are left open", p.SessionIDs)
				}
			}
			outside.complete(t, op)
			events, _ := record(t, dir, op)
			logged := len(pick[*ledger.LoggedData](events))
			if logged < acknowledged || logged > acknowledged+refusedOnes {
				t.Errorf("%d lines were acknowledged, %d not, and %d are in the log", acknowledged, refusedOnes, logged)
			}
			for _, d := range pick[*ledger.LeftData](events) {
				if !strings.Contains(d.Reason, "stopped") {
					t.Errorf("a session was left because %q", d.Reason)
				}
			}
			t.Logf("%d of %d requests were answered", acknowledged, acknowledged+refusedOnes)
		})
	}
}
