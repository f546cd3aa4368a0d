package sidecar_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

func framed(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

// What can't be read as a message is answered, and ends the connection if
// nothing after it can be found. A session that was open on it ends with it.
func TestBadFrames(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t))
	cli := s.connect(t, named("cli"))
	op := cli.create(t)
	unharmed := bystander(t, s)
	hello := framed(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"eve"}}`) +
		framed(`{"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"`+op+`"}}`)
	for _, c := range []struct {
		name, sent string
		answer     rpc.Code // 0: none
		goesOn     bool     // the connection outlives it
	}{
		{"1 GB announced", "Content-Length: 1073741824\r\n\r\n{", rpc.CodeLimitExceeded, false},
		{"more than an integer announced", "Content-Length: 99999999999999999999\r\n\r\n{", rpc.CodeParseError, false},
		{"less than nothing announced", "Content-Length: -1\r\n\r\n{", rpc.CodeParseError, false},
		{"half a frame", framed(`{"jsonrpc":"2.0","id":3,"method":"ping"}`)[:30], 0, false},
		{"half a header", "Content-Len", 0, false},
		{"garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", rpc.CodeParseError, false},
		{"HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", rpc.CodeParseError, false},
		{"endless header", strings.Repeat("X-Header: y\r\n", 10_000), rpc.CodeParseError, false},
		{"no length", "Content-Type: x\r\n\r\n", rpc.CodeParseError, false},
		{"two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", rpc.CodeParseError, false},
		{"no JSON", framed(`{"jsonrpc":`), rpc.CodeParseError, true},
		{"two values", framed(`{"jsonrpc":"2.0","id":3,"method":"ping"}{}`), rpc.CodeParseError, true},
		{"no UTF-8", framed("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"\xff\"}"), rpc.CodeParseError, true},
		{"no request", framed(`42`), rpc.CodeInvalidRequest, true},
		{"deep nesting", framed(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)), rpc.CodeParseError, true},
		{"empty batch", framed(`[]`), rpc.CodeInvalidRequest, true},
		{"other version", framed(`{"jsonrpc":"1.0","id":3,"method":"ping"}`), rpc.CodeInvalidRequest, true},
		{"frame beyond the limit", framed(`"` + strings.Repeat("x", 17<<20) + `"`), rpc.CodeLimitExceeded, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			left := leavers(t, cli)
			conn := s.dial(t).(*net.UnixConn)
			answers := frames(conn)
			write(t, conn, hello)
			<-answers
			<-answers
			// The other end may hang up before it has read everything.
			_, _ = io.WriteString(conn, c.sent)
			if c.goesOn {
				write(t, conn, framed(`{"jsonrpc":"2.0","id":4,"method":"ping"}`))
			}
			if c.answer != 0 {
				checkAnswer(t, <-answers, c.answer)
			}
			if c.goesOn {
				if got := <-answers; got != `{"jsonrpc":"2.0","id":4,"result":{}}` {
					t.Errorf("ping was answered with %s", got)
				}
			}
			_ = conn.CloseWrite() // fails if the other end has closed
			if answer, more := <-answers; more {
				t.Errorf("there is another answer: %s", answer)
			}
			told(t, cli, rpc.NotificationOperationParticipantLeft, func(e *rpc.ParticipantEvent) bool {
				return e.ParticipantID == "eve" && !left[e.SessionID]
			})
		})
	}
	unharmed()
	cli.complete(t, op)
	events, _ := record(t, s.dir, op)
	for _, d := range pick[*ledger.LeftData](events) {
		if !strings.HasPrefix(d.Reason, "connection lost") {
			t.Errorf("a session was left with the reason %q", d.Reason)
		}
	}
}

// leavers are the sessions that have left so far, as a participant was told.
func leavers(t testing.TB, p *participant) map[int64]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := map[int64]bool{}
	for _, e := range p.events {
		if e.name == rpc.NotificationOperationParticipantLeft {
			var who rpc.ParticipantEvent
			if err := json.Unmarshal(e.params, &who); err != nil {
				t.Error(err)
			}
			left[who.SessionID] = true
		}
	}
	return left
}

func write(t testing.TB, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
}

// frames reads the bodies of a connection's answers until it ends. Events are
// left out.
func frames(conn net.Conn) <-chan string {
	bodies := make(chan string, 100)
	go func() {
		defer close(bodies)
		in := newRaw(conn).in
		for {
			length := 0
			if _, err := fmt.Fscanf(in, "Content-Length: %d\r\n\r\n", &length); err != nil {
				return
			}
			body := make([]byte, length)
			if _, err := io.ReadFull(in, body); err != nil {
				return
			}
			if !strings.Contains(string(body), `"method"`) {
				bodies <- string(body)
			}
		}
	}()
	return bodies
}

func checkAnswer(t testing.TB, body string, code rpc.Code) {
	t.Helper()
	var answer struct {
		ID    any        `json:"id"`
		Error *rpc.Error `json:"error"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Error == nil {
		t.Fatalf("the answer %q is no error (%v)", body, err)
	}
	refused(t, answer.Error, code)
}

// 10,000 requests are sent without reading an answer, and all are answered:
// quick ones with what they asked for, slow ones at least with overloaded.
func TestRequestsWithoutReading(t *testing.T) {
	t.Parallel()
	const requests = 10_000
	s := startServe(t, newLedger(t))
	unharmed := bystander(t, s)
	r := newRaw(s.dial(t))
	r.send(t, `{"jsonrpc":"2.0","id":"hello","method":"initialize","params":{"participantId":"eve"}}`)
	r.line(t)
	r.send(t, `{"jsonrpc":"2.0","id":"create","method":"operation/create"}`)
	var created struct{ Result rpc.OperationCreateResult }
	if err := json.Unmarshal([]byte(r.line(t)), &created); err != nil {
		t.Fatal(err)
	}
	op := created.Result.OperationID
	sent := make(chan error, 1)
	go func() {
		for i := range requests {
			line := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"operation/log","params":{"operationId":%q,"message":"%d"}}`, i, op, i)
			if i%100 == 99 {
				line = fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"operation/wait","params":{"operationId":%q,"until":["aborted"]}}`, i, op)
			}
			if _, err := io.WriteString(r, line+"\n"); err != nil {
				sent <- err
				return
			}
		}
		_, err := io.WriteString(r, `{"jsonrpc":"2.0","id":"abort","method":"operation/abort","params":{"operationId":"`+op+"\"}}\n")
		sent <- err
	}()
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	unharmed()
	acknowledged := 0
	for range requests + 1 {
		id, code := nextAnswer(t, r)
		switch {
		case code != "" && code != "overloaded":
			t.Errorf("request %s was answered with %s", id, code)
		case code == "" && id != `"abort"` && !strings.HasSuffix(id, "99"):
			acknowledged++
		}
	}
	events, _ := record(t, s.dir, op)
	if logged := len(pick[*ledger.LoggedData](events)); logged != acknowledged {
		t.Errorf("%d lines are in the log, want the %d that were acknowledged", logged, acknowledged)
	}
}

// nextAnswer reads the next answer: its id, and the error's name if it is one.
func nextAnswer(t testing.TB, r *raw) (id, code string) {
	t.Helper()
	for {
		var m struct {
			ID     json.RawMessage
			Method string
			Error  *rpc.Error
		}
		line := r.line(t)
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		switch {
		case m.Method != "": // an event
		case m.Error != nil:
			return string(m.ID), m.Error.Details().Code
		default:
			return string(m.ID), ""
		}
	}
}
