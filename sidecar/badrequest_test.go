package sidecar_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/tomledger/tomledger/rpc"
)

// A badRequest is sent by "eve", who has joined OP, where the call THEIRS is
// "cli"'s, DONE is her own that has ended, and MINE her own that is open. OVER
// has completed. In params these names are replaced by the ids.
type badRequest struct {
	name, method, params string
	code                 rpc.Code
	field                string
}

func badRequests() []badRequest {
	long := strings.Repeat("x", 10_000)
	requests := []badRequest{
		{"unknown method", "operation/frobnicate", `{}`, rpc.CodeMethodNotFound, ""},
		{"wrong type", "operation/log", `{"operationId":"OP","message":5}`, rpc.CodeInvalidParams, "message"},
		{"wrong type, nested", "operation/heartbeat", `{"operationId":"OP","progress":{"percent":"all"}}`, rpc.CodeInvalidParams, "progress.percent"},
		{"wrong type in a map", "operation/create", `{"labels":{"a":1}}`, rpc.CodeInvalidParams, "labels.a"},
		{"wrong type in a list", "call/sync", `{"operationId":"OP","callIds":["a",2]}`, rpc.CodeInvalidParams, "callIds.1"},
		{"number too large", "call/start", `{"operationId":"OP","deadlineMs":1e300}`, rpc.CodeInvalidParams, "deadlineMs"},
		{"negative duration", "call/start", `{"operationId":"OP","deadlineMs":-1}`, rpc.CodeInvalidParams, "deadlineMs"},
		{"negative timeout", "call/await", `{"operationId":"OP","callId":"MINE","timeoutMs":-1}`, rpc.CodeInvalidParams, "timeoutMs"},
		{"missing field", "call/end", `{"operationId":"OP"}`, rpc.CodeInvalidParams, "callId"},
		{"missing operation", "operation/state", `{}`, rpc.CodeInvalidParams, "operationId"},
		{"empty operation", "operation/join", `{"operationId":""}`, rpc.CodeInvalidParams, "operationId"},
		{"params as a list", "call/end", `["OP","MINE"]`, rpc.CodeInvalidParams, ""},
		{"unknown level", "operation/log", `{"operationId":"OP","message":"m","level":"loud"}`, rpc.CodeInvalidParams, "level"},
		{"unknown condition", "operation/wait", `{"operationId":"OP","until":["never"]}`, rpc.CodeInvalidParams, "until.0"},
		{"progress beyond 100", "operation/heartbeat", `{"operationId":"OP","progress":{"percent":101}}`, rpc.CodeInvalidParams, "progress.percent"},
		{"long request key", "call/start", `{"operationId":"OP","requestKey":"` + long[:129] + `"}`, rpc.CodeInvalidParams, "requestKey"},
		{"long message", "operation/log", `{"operationId":"OP","message":"` + strings.Repeat(long, 7) + `"}`, rpc.CodeLimitExceeded, "message"},
		{"initialized twice", "initialize", `{"participantId":"eve"}`, rpc.CodeInvalidRequest, ""},

		{"unknown operation", "call/start", `{"operationId":"20260122T143045.123-cli-a1b2c3d4"}`, rpc.CodeOperationNotFound, ""},
		{"unknown operation, joining", "operation/join", `{"operationId":"nope"}`, rpc.CodeOperationNotFound, ""},
		{"unknown operation, waiting", "operation/wait", `{"operationId":"nope","until":["ended"]}`, rpc.CodeOperationNotFound, ""},
		{"unknown operation, reading", "operation/trail", `{"operationId":"nope"}`, rpc.CodeOperationNotFound, ""},
		{"unknown operation, beating", "operation/heartbeat", `{"operationId":"nope"}`, rpc.CodeOperationNotFound, ""},
		{"ended operation", "call/start", `{"operationId":"OVER"}`, rpc.CodeOperationEnded, ""},
		{"ended operation, joining", "operation/join", `{"operationId":"OVER"}`, rpc.CodeOperationEnded, ""},
		{"ended operation, aborting", "operation/abort", `{"operationId":"OVER"}`, rpc.CodeOperationEnded, ""},

		{"foreign session", "call/start", `{"operationId":"OP","sessionId":1}`, rpc.CodeSessionNotActive, ""},
		{"foreign session, leaving", "operation/leave", `{"operationId":"OP","sessionId":1}`, rpc.CodeSessionNotActive, ""},
		{"session that never was", "call/start", `{"operationId":"OP","sessionId":99}`, rpc.CodeSessionNotActive, ""},
		{"not the initiator", "operation/complete", `{"operationId":"OP"}`, rpc.CodeNotInitiator, ""},
		{"call of someone else", "call/end", `{"operationId":"OP","callId":"THEIRS"}`, rpc.CodeNotCallOwner, ""},
		{"failing a call of someone else", "call/fail", `{"operationId":"OP","callId":"THEIRS","error":"e"}`, rpc.CodeNotCallOwner, ""},
		{"deleting a frame of someone else", "callframe/delete", `{"operationId":"OP","callId":"THEIRS"}`, rpc.CodeNotCallOwner, ""},
		{"resource for a call of someone else", "resource/register", `{"operationId":"OP","path":"/tmp/x","callId":"THEIRS"}`, rpc.CodeNotCallOwner, ""},
		{"double end", "call/end", `{"operationId":"OP","callId":"DONE"}`, rpc.CodeCallAlreadyCompleted, ""},
		{"failing what has ended", "call/fail", `{"operationId":"OP","callId":"DONE","error":"e"}`, rpc.CodeCallAlreadyCompleted, ""},
		{"cancelling what has ended", "call/cancel", `{"operationId":"OP","callId":"DONE"}`, rpc.CodeCallAlreadyCompleted, ""},
		{"unknown call", "call/end", `{"operationId":"OP","callId":"` + long + `"}`, rpc.CodeCallNotFound, ""},
		{"unknown parent", "call/start", `{"operationId":"OP","parentCallId":"nope"}`, rpc.CodeCallNotFound, "parentCallId"},
		{"call id in use", "callframe/create", `{"operationId":"OP","callId":"MINE"}`, rpc.CodeCallIDInUse, ""},
		{"leaving with open calls", "operation/leave", `{"operationId":"OP"}`, rpc.CodePendingCalls, ""},
		{"no resource", "resource/register", `{"operationId":"OP"}`, rpc.CodeInvalidParams, "path"},
		{"relative path", "resource/register", `{"operationId":"OP","path":"a/b"}`, rpc.CodeInvalidPath, "path"},
		{"path with NUL", "resource/register", `{"operationId":"OP","path":"/tmp/a\u0000b"}`, rpc.CodeInvalidPath, "path"},
		{"path upwards", "resource/register", `{"operationId":"OP","path":"/tmp/../etc"}`, rpc.CodeInvalidPath, "path"},
		{"process of no one", "resource/register", `{"operationId":"OP","process":{"pid":-1}}`, rpc.CodeInvalidParams, "process.pid"},
	}
	for _, id := range []string{"..", "../../etc/passwd", "a/b", `a\\b`, `a\u0000b`, long, "ä", "a..b", ".hidden", `\ud800`} {
		for _, method := range []string{"operation/join", "operation/get", "operation/abort", "call/start", "operation/heartbeat", "operation/trail", "operation/wait", "call/await"} {
			params := `{"operationId":"` + id + `","callId":"c","until":["ended"]}`
			requests = append(requests, badRequest{method + " of " + id[:min(len(id), 10)], method, params, rpc.CodeInvalidOperationID, ""})
		}
		params := `{"operationId":"OP","callId":"` + id + `"}`
		requests = append(requests, badRequest{"frame " + id[:min(len(id), 10)], "callframe/create", params, rpc.CodeInvalidParams, "callId"})
	}
	return requests
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t))
	cli, eve := s.connect(t, named("cli")), s.connect(t, named("eve"))
	over := cli.create(t)
	cli.complete(t, over)
	op := cli.create(t)
	eve.join(t, op)
	theirs, mine, done := cli.start(t, op), eve.start(t, op), eve.start(t, op)
	eve.end(t, op, done, `1`)
	names := strings.NewReplacer("OP", op, "OVER", over, "THEIRS", theirs, "MINE", mine, "DONE", done)
	unharmed := bystander(t, s)
	before := cli.document(t, op)
	for _, r := range badRequests() {
		t.Run(r.name, func(t *testing.T) {
			err := eve.conn.Call(testContext(t), r.method, json.RawMessage(names.Replace(r.params)), nil)
			details := refused(t, err, r.code)
			if details.Field != r.field {
				t.Errorf("the field is %q, want %q", details.Field, r.field)
			}
			if len(err.Error()) > 1000 {
				t.Errorf("the message has %d bytes", len(err.Error()))
			}
		})
	}
	unharmed()
	if after := cli.document(t, op); after.Seq != before.Seq {
		t.Errorf("refused requests have left %d events", after.Seq-before.Seq)
	}
	eve.end(t, op, mine, `{"still":"here"}`)
}

func TestBadIntroductions(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t))
	for _, c := range []struct {
		name  string
		as    rpc.InitializeParams
		code  rpc.Code
		field string
	}{
		{"no name", rpc.InitializeParams{}, rpc.CodeInvalidParams, "participantId"},
		{"path as a name", named("../x"), rpc.CodeInvalidParams, "participantId"},
		{"long name", named(strings.Repeat("x", 65)), rpc.CodeInvalidParams, "participantId"},
		{"non-ASCII name", named("ä"), rpc.CodeInvalidParams, "participantId"},
		{"newer protocol", rpc.InitializeParams{ParticipantID: "p", ProtocolVersion: "2.0"}, rpc.CodeVersionMismatch, ""},
		{"no protocol", rpc.InitializeParams{ParticipantID: "p", ProtocolVersion: "x"}, rpc.CodeVersionMismatch, ""},
		{"negative grace", rpc.InitializeParams{ParticipantID: "p", ReconnectGraceMs: -1}, rpc.CodeInvalidParams, "reconnectGraceMs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := introduce(testContext(t), t, s.dial(t), c.as)
			if details := refused(t, err, c.code); details.Field != c.field {
				t.Errorf("the field is %q, want %q", details.Field, c.field)
			}
			// Without an introduction little is allowed, and with a second try all.
			_, err = p.OperationCreate(testContext(t), &rpc.OperationCreateParams{})
			refused(t, err, rpc.CodeNotInitialized)
			ok(p.Ping(testContext(t), &rpc.Empty{}))(t)
			ok(p.LedgerStatus(testContext(t), &rpc.Empty{}))(t)
			ok(p.Discover(testContext(t), &rpc.Empty{}))(t)
			as := named("p")
			ok(p.Initialize(testContext(t), &as))(t)
		})
	}
}

// bystander works on an operation of its own, to see whether it is disturbed,
// until the returned function is called.
func bystander(t *testing.T, s *served) (unharmed func()) {
	t.Helper()
	p := s.connect(t, named("bystander"))
	op := p.create(t)
	stop := make(chan struct{})
	var work sync.WaitGroup
	cycles := 0
	work.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if err := p.cycle(t.Context(), op); err != nil {
				t.Errorf("the bystander was harmed: %v", err)
				return
			}
			cycles++
		}
	})
	return func() {
		t.Helper()
		close(stop)
		work.Wait()
		if cycles == 0 {
			t.Error("the bystander did not come to work")
		}
		p.complete(t, op)
	}
}

// cycle starts and ends a call.
func (p *participant) cycle(ctx context.Context, op string) error {
	call, err := p.CallStart(ctx, &rpc.CallStartParams{OperationID: op})
	if err == nil {
		_, err = p.CallEnd(ctx, &rpc.CallEndParams{OperationID: op, CallID: call.CallID})
	}
	return err
}
