package wire

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tomledger/tomledger/rpc"
)

// server is one served connection with the methods of newTable, and the raw
// other end of it.
type server struct {
	t      testing.TB
	conn   *Conn
	raw    net.Conn
	frames *frameReader
	served chan error // what Serve returned
	table  *table
}

// table is a small method table with something of every kind.
type table struct {
	methods map[string]*rpc.Method
	release chan struct{} // lets "later" answer
	started chan string   // methods that have begun to wait
}

type handle = func(ctx context.Context, params []byte, reply func(any, error))

func newTable() *table {
	tb := &table{methods: map[string]*rpc.Method{}, release: make(chan struct{}), started: make(chan string, 10000)}
	tb.add("empty", false, func(_ context.Context, _ []byte, reply func(any, error)) { reply(rpc.Empty{}, nil) })
	tb.add("echo", false, func(_ context.Context, p []byte, reply func(any, error)) { reply(json.RawMessage(p), nil) })
	tb.add("panic", false, func(context.Context, []byte, func(any, error)) { panic("boom") })
	tb.add("panicWaiting", true, func(context.Context, []byte, func(any, error)) { panic("boom") })
	tb.add("twice", false, func(_ context.Context, _ []byte, reply func(any, error)) { reply(1, nil); reply(2, nil) })
	tb.add("plainError", false, func(_ context.Context, _ []byte, reply func(any, error)) { reply(nil, errors.New("disk on fire")) })
	tb.add("ledgerError", false, func(_ context.Context, _ []byte, reply func(any, error)) {
		reply(nil, rpc.NewError(rpc.CodeCallNotFound, "no such call", rpc.ErrorData{CallID: "c1"}))
	})
	tb.add("unencodable", false, func(_ context.Context, _ []byte, reply func(any, error)) { reply(make(chan int), nil) })
	tb.add("panicEncoding", false, func(_ context.Context, _ []byte, reply func(any, error)) { reply(panicky{}, nil) })
	tb.add("large", false, func(_ context.Context, _ []byte, reply func(any, error)) { reply(strings.Repeat("x", 100_000), nil) })
	tb.add("later", false, func(_ context.Context, p []byte, reply func(any, error)) {
		p = append([]byte(nil), p...)
		tb.started <- "later"
		go func() { <-tb.release; reply(json.RawMessage(p), nil) }()
	})
	tb.add("waitThenEcho", true, func(_ context.Context, p []byte, reply func(any, error)) {
		tb.started <- "waitThenEcho"
		<-tb.release
		reply(json.RawMessage(p), nil)
	})
	tb.add("wait", true, func(ctx context.Context, _ []byte, reply func(any, error)) {
		tb.started <- "wait"
		<-ctx.Done()
		reply(nil, ctx.Err())
	})
	return tb
}

type panicky struct{}

func (panicky) MarshalJSON() ([]byte, error) { panic("can't say") }

func (tb *table) add(name string, waits bool, h handle) {
	tb.methods[name] = &rpc.Method{Name: name, Waits: waits, Call: func(ctx context.Context, _ rpc.Handler, params []byte, reply func(any, error)) {
		h(ctx, params, reply)
	}}
}

func (tb *table) lookup(name string) *rpc.Method { return tb.methods[name] }

// serve starts a server over one end of a pipe.
func serve(t testing.TB, opts Options) *server {
	t.Helper()
	a, b := net.Pipe()
	return serveOver(t, a, b, opts)
}

func serveOver(t testing.TB, near, far net.Conn, opts Options) *server {
	t.Helper()
	s := &server{t: t, raw: far, served: make(chan error, 1), table: newTable()}
	if opts.Lookup == nil {
		opts.Lookup = s.table.lookup
	}
	s.conn = NewConn(near, opts)
	s.frames = newFrameReader(far, Limits{MaxFrameBytes: 64 << 20}.WithDefaults())
	go func() { s.served <- s.conn.Serve(context.Background(), nil) }()
	t.Cleanup(func() {
		_ = s.conn.Close()
		_ = far.Close()
	})
	return s
}

// bubble runs a test in fake time. It fails if goroutines outlive it.
func bubble(t *testing.T, name string, f func(t *testing.T)) {
	t.Helper()
	if name == "" {
		synctest.Test(t, f)
		return
	}
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

// send writes messages with headers, without waiting for them to be read.
func (s *server) send(messages ...string) {
	var b []byte
	for _, m := range messages {
		b = appendFrame(b, framingHeader, []byte(m))
	}
	s.write(string(b))
}

func (s *server) write(text string) {
	go func() { _, _ = s.raw.Write([]byte(text)) }() // an early end of the server is the test's to judge
}

// receive returns the next message from the server.
func (s *server) receive() string {
	s.t.Helper()
	body, err := s.frames.next()
	if err != nil {
		s.t.Fatalf("receive: %v", err)
	}
	return string(body)
}

// ask sends one message and returns the answer.
func (s *server) ask(message string) string {
	s.t.Helper()
	s.send(message)
	return s.receive()
}

// errorCode is the code of an error answer, or 0.
func errorCode(t testing.TB, answer string) rpc.Code {
	t.Helper()
	var a struct{ Error *rpc.Error }
	if err := json.Unmarshal([]byte(answer), &a); err != nil {
		t.Fatalf("answer %s: %v", answer, err)
	}
	if a.Error == nil {
		return 0
	}
	return a.Error.Code
}
