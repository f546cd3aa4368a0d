package sidecar_test

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// forgiving is a participant whose sessions outlive its connection for a while.
func forgiving(id, token string) rpc.InitializeParams {
	return rpc.InitializeParams{ParticipantID: id, ReconnectGraceMs: 600_000, ResumeToken: token}
}

// departure is what an operation knows of someone who has left.
func departure(t testing.TB, dir, op string) *ledger.LeftData {
	t.Helper()
	events, _ := record(t, dir, op)
	left := pick[*ledger.LeftData](events)
	if len(left) == 0 {
		t.Fatal("nobody has left")
	}
	return left[len(left)-1]
}

func TestGoodbyeLeavesAndCancels(t *testing.T) {
	t.Parallel()
	dir := newLedger(t)
	cli, eve := withStdio(t, dir, named("cli")), withStdio(t, dir, forgiving("eve", ""))
	op := cli.create(t)
	eve.join(t, op)
	call := eve.start(t, op)
	awaited := make(chan *rpc.CallOutcome)
	go func() {
		awaited <- ok(cli.CallAwait(testContext(t), &rpc.CallAwaitParams{OperationID: op, CallID: call}))(t)
	}()
	eve.goodbye(t)
	if code := eve.process.exitCode(); code != 0 {
		t.Errorf("the sidecar ended with %d", code)
	}
	if outcome := <-awaited; outcome.Status != rpc.CallCancelled {
		t.Errorf("the call ended as %+v", outcome)
	}
	told(t, cli, rpc.NotificationOperationParticipantLeft, func(e *rpc.ParticipantEvent) bool { return e.ParticipantID == "eve" })
	if d := departure(t, dir, op); d.Reason != "" {
		t.Errorf("she left because %q", d.Reason)
	}
}

// A client that dies has said no goodbye; the kernel closes its connection.
func TestBrokenConnectionLeaves(t *testing.T) {
	t.Parallel()
	for name, connect := range map[string]func(t *testing.T, dir string) *participant{
		"stdio": func(t *testing.T, dir string) *participant { return withStdio(t, dir, named("eve")) },
		"serve": func(t *testing.T, dir string) *participant { return startServe(t, dir).connect(t, named("eve")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newLedger(t)
			cli, eve := withStdio(t, dir, named("cli")), connect(t, dir)
			op := cli.create(t)
			eve.join(t, op)
			call := eve.start(t, op)
			eve.conn.Close()
			outcome := ok(cli.CallAwait(testContext(t), &rpc.CallAwaitParams{OperationID: op, CallID: call}))(t)
			if outcome.Status != rpc.CallCancelled {
				t.Errorf("the call ended as %+v", outcome)
			}
			if d := departure(t, dir, op); d.Reason != "connection lost" {
				t.Errorf("she left because %q", d.Reason)
			}
			if eve.process != nil && eve.process.exitCode() != 0 {
				t.Errorf("the sidecar ended with %d", eve.process.exitCode())
			}
		})
	}
}

// back checks that a participant has its session and its call again.
func back(t testing.TB, p *participant, op, call string, session int64) {
	t.Helper()
	want := rpc.SessionRef{OperationID: op, SessionID: session}
	if r := p.hello.ResumedSessions; len(r) != 1 || r[0] != want {
		t.Fatalf("%v was resumed, want %v", r, want)
	}
	p.end(t, op, call, `"back"`)
}

func TestResumeOnTheSameServer(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t))
	cli, eve := s.connect(t, named("cli")), s.connect(t, forgiving("eve", ""))
	op := cli.create(t)
	session := eve.join(t, op).SessionID
	// Twice, since a resumed connection breaks as any other does. The server may
	// not have noticed the end of the old one yet when the new one comes.
	for range 20 {
		call := eve.start(t, op)
		token := eve.hello.ResumeToken
		eve.conn.Close()
		eve = s.connect(t, forgiving("eve", token))
		back(t, eve, op, call, session)
	}
	eve.goodbye(t)
	cli.complete(t, op)
	events, _ := record(t, s.dir, op)
	if left := pick[*ledger.LeftData](events); len(left) != 1 || left[0].Reason != "" {
		t.Errorf("%d sessions were left, want one", len(left))
	}
}

// A client that has not noticed its connection break is overtaken by its
// successor: what is left of the old one takes nothing with it.
func TestResumeBesideTheOldConnection(t *testing.T) {
	t.Parallel()
	for name, successor := range map[string]func(t *testing.T, s *served) *served{
		"same server":  func(_ *testing.T, s *served) *served { return s },
		"other server": func(t *testing.T, s *served) *served { return startServe(t, s.dir) },
	} {
		for _, grace := range []int64{0, 1} {
			t.Run(fmt.Sprintf("%s, %d ms", name, grace), func(t *testing.T) {
				t.Parallel()
				s := startServe(t, newLedger(t))
				cli := s.connect(t, named("cli"))
				old := s.connect(t, rpc.InitializeParams{ParticipantID: "eve", ReconnectGraceMs: grace})
				op := cli.create(t)
				session := old.join(t, op).SessionID
				call := old.start(t, op)
				next := successor(t, s)
				eve := next.connect(t, forgiving("eve", old.hello.ResumeToken))
				old.conn.Close()
				remaining := int64(1)
				if next == s {
					remaining = 2
				}
				connections(t, cli, remaining)
				back(t, eve, op, call, session)
				if d := cli.document(t, op); len(d.Participants[1].SessionIDs) != 1 {
					t.Error("the end of the old connection has ended the session")
				}
			})
		}
	}
}

// connections asks a server until it has that many.
func connections(t testing.TB, p *participant, n int64) {
	t.Helper()
	ctx := testContext(t)
	for ok(p.LedgerStatus(ctx, &rpc.Empty{}))(t).ConnectionCount != n {
	}
}

func TestGraceEnds(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t))
	cli := s.connect(t, named("cli"))
	eve := s.connect(t, rpc.InitializeParams{ParticipantID: "eve", ReconnectGraceMs: 1})
	op := cli.create(t)
	eve.join(t, op)
	eve.start(t, op)
	eve.conn.Close()
	told(t, cli, rpc.NotificationOperationParticipantLeft, func(e *rpc.ParticipantEvent) bool { return e.ParticipantID == "eve" })
	if late := s.connect(t, forgiving("eve", eve.hello.ResumeToken)); len(late.hello.ResumedSessions) > 0 {
		t.Errorf("%v was resumed after its end", late.hello.ResumedSessions)
	}
}

func TestResumeNeedsTheToken(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t))
	cli, eve := s.connect(t, named("cli")), s.connect(t, forgiving("eve", ""))
	op := cli.create(t)
	session := eve.join(t, op).SessionID
	call := eve.start(t, op)
	token := eve.hello.ResumeToken
	eve.conn.Close()
	for _, as := range []rpc.InitializeParams{forgiving("eve", token[1:]), forgiving("mallory", token), forgiving("eve", " ")} {
		if p := s.connect(t, as); len(p.hello.ResumedSessions) > 0 {
			t.Errorf("%s resumed %v", as.ParticipantID, p.hello.ResumedSessions)
		}
	}
	back(t, s.connect(t, forgiving("eve", token)), op, call, session)
}

// A sidecar dies; the client comes back with another one, and keeps its session
// and its open calls.
func TestResumeAfterTheSidecarDied(t *testing.T) {
	t.Parallel()
	dir := newLedger(t)
	cli, eve := withStdio(t, dir, named("cli")), withStdio(t, dir, named("eve"))
	op := cli.create(t)
	session := eve.join(t, op).SessionID
	call := eve.start(t, op)
	token := eve.hello.ResumeToken
	awaited := make(chan *rpc.CallOutcome)
	go func() {
		awaited <- ok(cli.CallAwait(testContext(t), &rpc.CallAwaitParams{OperationID: op, CallID: call}))(t)
	}()
	eve.process.kill()
	again := withStdio(t, dir, forgiving("eve", token))
	back(t, again, op, call, session)
	if outcome := <-awaited; string(outcome.Result) != `"back"` {
		t.Errorf("the call ended as %+v", outcome)
	}
	again.goodbye(t)
	cli.complete(t, op)
}

// A client that dies while it joins leaves no session behind.
func TestSessionsOpenedTooLateAreLeft(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t))
	cli := s.connect(t, named("cli"))
	const clients = 50
	for range clients {
		op := cli.create(t)
		conn := s.dial(t)
		write(t, conn, `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"eve"}}
			{"jsonrpc":"2.0","id":2,"method":"operation/create"}
			{"jsonrpc":"2.0","id":3,"method":"operation/join","params":{"operationId":"`+op+`"}}
		`)
		conn.Close()
	}
	connections(t, cli, 1)
	cli.goodbye(t)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.exitCode()
	engine := ok(ledger.Open(s.dir, ledger.Options{}))(t)
	defer engine.Close()
	states, _, err := engine.Operations(t.Context(), ledger.Listing{Limit: 1000})
	if err != nil || len(states) < clients {
		t.Errorf("there are %d operations (%v)", len(states), err)
	}
	for _, state := range states {
		for _, session := range state.Sessions() {
			t.Errorf("session %d of %s is open", session.ID, session.ParticipantID)
		}
	}
}
