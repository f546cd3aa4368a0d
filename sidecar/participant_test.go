package sidecar_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/rpc/wire"
)

// participant is a client of a sidecar, and what it was told.
type participant struct {
	rpc.Client
	conn    *wire.Conn
	process *process // its sidecar, if it has one of its own
	hello   *rpc.InitializeResult

	mu     sync.Mutex
	events []event
	more   chan struct{} // closed and replaced with every event
}

// event is a notification.
type event struct {
	name   string
	params json.RawMessage
}

// introduce makes a participant of a connection.
func introduce(ctx context.Context, t testing.TB, rwc io.ReadWriteCloser, as rpc.InitializeParams) (*participant, error) {
	p := &participant{more: make(chan struct{})}
	p.conn = wire.NewConn(rwc, wire.Options{Notification: p.notified})
	p.Client = rpc.Client{Caller: p.conn, Notifier: p.conn}
	read := make(chan struct{})
	go func() {
		_ = p.conn.Serve(context.Background(), nil) // what it means, Call says
		close(read)
	}()
	t.Cleanup(func() {
		p.conn.Close()
		<-read
	})
	var err error
	p.hello, err = p.Initialize(ctx, &as)
	return p, err
}

func (p *participant) notified(method string, params []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events = append(p.events, event{method, append(json.RawMessage(nil), params...)})
	close(p.more)
	p.more = make(chan struct{})
}

// named is how most participants introduce themselves.
func named(id string) rpc.InitializeParams { return rpc.InitializeParams{ParticipantID: id} }

// withStdio starts a stdio sidecar for a participant.
func withStdio(t testing.TB, dir string, as rpc.InitializeParams, args ...string) *participant {
	t.Helper()
	return over(t, command(dir, "stdio", args...), as)
}

// over starts the stdio sidecar that was prepared.
func over(t testing.TB, cmd *exec.Cmd, as rpc.InitializeParams) *participant {
	t.Helper()
	proc, rwc := startStdio(t, cmd)
	p, err := introduce(testContext(t), t, rwc, as)
	if err != nil {
		t.Fatalf("%v\n%s", err, proc.stderr)
	}
	p.process = proc
	return p
}

// connect connects a participant to a server.
func (s *served) connect(t testing.TB, as rpc.InitializeParams) *participant {
	t.Helper()
	return ok(introduce(testContext(t), t, s.dial(t), as))(t)
}

// testContext bounds a test that waits for what never comes, so that it says
// where instead of being killed.
func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// ok returns what a call returned, or ends the test with its error:
//
//	created := ok(p.OperationCreate(ctx, params))(t)
func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (p *participant) create(t testing.TB) string {
	t.Helper()
	return ok(p.OperationCreate(testContext(t), &rpc.OperationCreateParams{}))(t).OperationID
}

func (p *participant) join(t testing.TB, op string) *rpc.OperationJoinResult {
	t.Helper()
	return ok(p.OperationJoin(testContext(t), &rpc.OperationJoinParams{OperationID: op}))(t)
}

func (p *participant) start(t testing.TB, op string) string {
	t.Helper()
	return ok(p.CallStart(testContext(t), &rpc.CallStartParams{OperationID: op}))(t).CallID
}

func (p *participant) end(t testing.TB, op, call, result string) {
	t.Helper()
	ok(p.CallEnd(testContext(t), &rpc.CallEndParams{OperationID: op, CallID: call, Result: rpc.RawJSON(result)}))(t)
}

func (p *participant) complete(t testing.TB, op string) string {
	t.Helper()
	return ok(p.OperationComplete(testContext(t), &rpc.OperationCompleteParams{OperationID: op}))(t).BackupPath
}

func (p *participant) goodbye(t testing.TB) {
	t.Helper()
	ok(p.Shutdown(testContext(t), &rpc.Empty{}))(t)
}

func (p *participant) document(t testing.TB, op string) *rpc.Document {
	t.Helper()
	return ok(p.OperationGet(testContext(t), &rpc.OperationGetParams{OperationID: op}))(t)
}

// told waits until p has been told of an event, and decodes the first for which
// match is true.
func told[E any](t testing.TB, p *participant, name string, match func(*E) bool) *E {
	t.Helper()
	ctx := testContext(t)
	for seen := 0; ; {
		p.mu.Lock()
		events, more := p.events, p.more
		p.mu.Unlock()
		for ; seen < len(events); seen++ {
			e := new(E)
			if events[seen].name != name {
				continue
			}
			if err := json.Unmarshal(events[seen].params, e); err != nil {
				t.Fatal(err)
			}
			if match == nil || match(e) {
				return e
			}
		}
		select {
		case <-more:
		case <-p.conn.Done():
			t.Fatalf("the connection ended before %s: %v", name, p.conn.Err())
		case <-ctx.Done():
			t.Fatalf("%s never came", name)
		}
	}
}

// refused checks that err is an error of the contract, and returns its details.
func refused(t testing.TB, err error, code rpc.Code) rpc.ErrorData {
	t.Helper()
	e, isWire := errors.AsType[*rpc.Error](err)
	switch {
	case !isWire:
		t.Fatalf("got %v, want the error %d (%s)", err, code, code)
	case e.Code != code || e.Details().Code != code.String():
		t.Fatalf("got %d (%s) %q, want %d (%s)", e.Code, e.Details().Code, e.Message, code, code)
	}
	return e.Details()
}

// codeOf is the code of an answer that refused a request, or 0.
func codeOf(err error) rpc.Code {
	if e, isWire := errors.AsType[*rpc.Error](err); isWire {
		return e.Code
	}
	return 0
}
