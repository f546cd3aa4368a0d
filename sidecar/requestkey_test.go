package sidecar_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// A repeated request key returns the first answer: on the same connection, at
// another sidecar, after the first one's death, and after the operation's end.
func TestRequestKeys(t *testing.T) {
	t.Parallel()
	dir := newLedger(t)
	p := withStdio(t, dir, named("cli"))
	ask := func(p *participant, method, params string) string {
		t.Helper()
		var answer json.RawMessage
		if err := p.conn.Call(testContext(t), method, json.RawMessage(params), &answer); err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		return string(answer)
	}
	const create = `{"description":"d","requestKey":"create"}`
	created := ask(p, "operation/create", create)
	var op rpc.OperationCreateResult
	if err := json.Unmarshal([]byte(created), &op); err != nil {
		t.Fatal(err)
	}
	var call, resource string
	requests := []struct{ method, params string }{
		{"operation/join", `{"operationId":"OP","requestKey":"join"}`},
		{"call/start", `{"operationId":"OP","requestKey":"start"}`},
		{"operation/log", `{"operationId":"OP","message":"m","requestKey":"log"}`},
		{"resource/register", `{"operationId":"OP","path":"/tmp/tomledger-test","requestKey":"register"}`},
		{"resource/unregister", `{"operationId":"OP","resourceId":"RESOURCE","requestKey":"unregister"}`},
		{"callframe/create", `{"operationId":"OP","callId":"frame","requestKey":"frame"}`},
		{"callframe/delete", `{"operationId":"OP","callId":"frame","requestKey":"delete"}`},
		{"call/cancel", `{"operationId":"OP","callId":"CALL","reason":"r","requestKey":"cancel"}`},
		{"call/end", `{"operationId":"OP","callId":"CALL","result":1,"requestKey":"end"}`},
		{"operation/abort", `{"operationId":"OP","requestKey":"abort"}`},
		{"operation/ackAbort", `{"operationId":"OP","requestKey":"ack"}`},
		{"operation/abort", `{"operationId":"OP","value":false,"requestKey":"clear"}`},
	}
	params := func(s string) string {
		return strings.NewReplacer("OP", op.OperationID, "CALL", call, "RESOURCE", resource).Replace(s)
	}
	answers := make([]string, len(requests))
	for i, r := range requests {
		answers[i] = ask(p, r.method, params(r.params))
		var ids struct{ CallID, ResourceID string }
		if err := json.Unmarshal([]byte(answers[i]), &ids); err != nil {
			t.Fatal(err)
		}
		if r.method == "call/start" {
			call = ids.CallID
		}
		resource += ids.ResourceID
	}
	seq := p.document(t, op.OperationID).Seq
	token := p.hello.ResumeToken
	repeat := func(t *testing.T, p *participant) {
		t.Helper()
		if again := ask(p, "operation/create", create); again != created {
			t.Errorf("create: %s, then %s", created, again)
		}
		for i, r := range requests {
			if again := ask(p, r.method, params(r.params)); again != answers[i] {
				t.Errorf("%s: %s, then %s", r.method, answers[i], again)
			}
		}
	}
	repeat(t, p)
	if again := p.document(t, op.OperationID).Seq; again != seq {
		t.Errorf("repeated requests have left %d events", again-seq)
	}
	repeat(t, withStdio(t, dir, named("cli"))) // takes the sessions over
	p.process.kill()
	again := withStdio(t, dir, rpc.InitializeParams{ParticipantID: "cli", ResumeToken: token})
	repeat(t, again)
	again.complete(t, op.OperationID)
	if late := ask(withStdio(t, dir, named("cli")), "operation/create", create); late != created {
		t.Errorf("create: %s, then after the end %s", created, late)
	}
	events, _ := record(t, dir, op.OperationID)
	if n := len(pick[*ledger.CallStartedData](events)); n != 1 {
		t.Errorf("one call was started %d times", n)
	}
}

// Keys are for one method, and a participant's own.
func TestRequestKeysOfOthers(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t))
	cli, eve := s.connect(t, named("cli")), s.connect(t, named("eve"))
	op := ok(cli.OperationCreate(testContext(t), &rpc.OperationCreateParams{RequestKey: "key"}))(t).OperationID
	other := ok(eve.OperationCreate(testContext(t), &rpc.OperationCreateParams{RequestKey: "key"}))(t).OperationID
	if other == op {
		t.Error("one participant got the operation of another")
	}
	_, err := cli.CallStart(testContext(t), &rpc.CallStartParams{OperationID: op, RequestKey: "key"})
	if d := refused(t, err, rpc.CodeInvalidParams); d.Field != "requestKey" {
		t.Errorf("the field is %q", d.Field)
	}
	eve.join(t, op)
	mine := ok(cli.CallStart(testContext(t), &rpc.CallStartParams{OperationID: op, RequestKey: "call"}))(t).CallID
	hers := ok(eve.CallStart(testContext(t), &rpc.CallStartParams{OperationID: op, RequestKey: "call"}))(t).CallID
	if mine == hers {
		t.Error("one participant got the call of another")
	}
	// An error is no answer that is kept: the request may be repeated and succeed.
	unknown := &rpc.CallEndParams{OperationID: op, CallID: "none", RequestKey: "end"}
	_, err = cli.CallEnd(testContext(t), unknown)
	refused(t, err, rpc.CodeCallNotFound)
	unknown.CallID = mine
	ok(cli.CallEnd(testContext(t), unknown))(t)
}

// A join that is repeated on a new connection, because the first one's end left
// the client without its answer, makes the session the new connection's own.
func TestRepeatedJoinTakesTheSessionOver(t *testing.T) {
	t.Parallel()
	for name, grace := range map[string]int64{"at once": 0, "within the grace": 600_000} {
		t.Run(name, func(t *testing.T) {
			s := startServe(t, newLedger(t))
			cli := s.connect(t, named("cli"))
			op := cli.create(t)
			as := rpc.InitializeParams{ParticipantID: "eve", ReconnectGraceMs: grace}
			join := &rpc.OperationJoinParams{OperationID: op, RequestKey: "join"}
			old, eve := s.connect(t, as), s.connect(t, as)
			session := ok(old.OperationJoin(testContext(t), join))(t).SessionID
			if again := ok(eve.OperationJoin(testContext(t), join))(t); again.SessionID != session {
				t.Errorf("session %d, then %d", session, again.SessionID)
			}
			old.conn.Close()
			connections(t, cli, 2)
			eve.end(t, op, eve.start(t, op), `1`)
			eve.conn.Close()
			if grace == 0 {
				told(t, cli, rpc.NotificationOperationParticipantLeft, func(e *rpc.ParticipantEvent) bool { return e.SessionID == session })
				return
			}
			back := s.connect(t, rpc.InitializeParams{ParticipantID: "eve", ResumeToken: eve.hello.ResumeToken})
			if len(back.hello.ResumedSessions) != 1 {
				t.Error("the session can't be resumed with the new connection's token")
			}
		})
	}
}
