package wire

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

func TestAnswers(t *testing.T) {
	tests := []struct{ name, request, answer string }{
		{"result", `{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":"<&>"}}`, `{"jsonrpc":"2.0","id":1,"result":{"a":"<&>"}}`},
		{"id 0", `{"jsonrpc":"2.0","id":0,"method":"empty"}`, `{"jsonrpc":"2.0","id":0,"result":{}}`},
		{"id negative", `{"jsonrpc":"2.0","id":-1,"method":"empty"}`, `{"jsonrpc":"2.0","id":-1,"result":{}}`},
		{"id beyond 64 bits", `{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"empty"}`, `{"jsonrpc":"2.0","id":123456789012345678901234567890,"result":{}}`},
		{"id string", `{"jsonrpc":"2.0","id":"a\u0062","method":"empty"}`, `{"jsonrpc":"2.0","id":"a\u0062","result":{}}`},
		{"id empty string", `{"jsonrpc":"2.0","id":"","method":"empty"}`, `{"jsonrpc":"2.0","id":"","result":{}}`},
		{"escaped names", `{"jsonrpc":"2.0","id":1,"\u006dethod":"\u0065mpty"}`, `{"jsonrpc":"2.0","id":1,"result":{}}`},
		{"unknown member", `{"jsonrpc":"2.0","id":1,"method":"empty","meta":[{"id":2}]}`, `{"jsonrpc":"2.0","id":1,"result":{}}`},
		{"white space", " {\n\"jsonrpc\" : \"2.0\" ,\t\"id\" : 1 , \"method\":\"echo\", \"params\" : [ 1 , 2 ] } ", `{"jsonrpc":"2.0","id":1,"result":[1,2]}`},
		{"params null", `{"jsonrpc":"2.0","id":1,"method":"echo","params":null}`, ""},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, Options{})
			got := s.ask(tt.request)
			if tt.answer != "" && got != tt.answer {
				t.Errorf("got  %s\nwant %s", got, tt.answer)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name, request string
		id            string
		code          rpc.Code
	}{
		{"malformed", `{"jsonrpc":"2.0","id":1,`, "null", rpc.CodeParseError},
		{"empty body", ``, "null", rpc.CodeParseError},
		{"second value", `{"jsonrpc":"2.0","id":1,"method":"empty"}{"jsonrpc":"2.0","id":2,"method":"empty"}`, "null", rpc.CodeParseError},
		{"invalid UTF-8", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{\"a\":\"\xff\"}}", "null", rpc.CodeParseError},
		{"too deep", `{"jsonrpc":"2.0","id":1,"method":"echo","params":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, "null", rpc.CodeParseError},
		{"no object", `1`, "null", rpc.CodeInvalidRequest},
		{"empty object", `{}`, "null", rpc.CodeInvalidRequest},
		{"no version", `{"id":1,"method":"empty"}`, "1", rpc.CodeInvalidRequest},
		{"version 1.0", `{"jsonrpc":"1.0","id":1,"method":"empty"}`, "1", rpc.CodeInvalidRequest},
		{"version number", `{"jsonrpc":2.0,"id":1,"method":"empty"}`, "1", rpc.CodeInvalidRequest},
		{"no method", `{"jsonrpc":"2.0","id":1}`, "1", rpc.CodeInvalidRequest},
		{"method number", `{"jsonrpc":"2.0","id":1,"method":1}`, "1", rpc.CodeInvalidRequest},
		{"params text", `{"jsonrpc":"2.0","id":1,"method":"echo","params":"a"}`, "1", rpc.CodeInvalidRequest},
		{"id null", `{"jsonrpc":"2.0","id":null,"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id fraction", `{"jsonrpc":"2.0","id":1.5,"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id exponent", `{"jsonrpc":"2.0","id":1e3,"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id object", `{"jsonrpc":"2.0","id":{},"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id true", `{"jsonrpc":"2.0","id":true,"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id long", `{"jsonrpc":"2.0","id":"` + strings.Repeat("x", 300) + `","method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id twice", `{"jsonrpc":"2.0","id":1,"id":2,"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"method twice", `{"jsonrpc":"2.0","id":1,"method":"empty","method":"echo"}`, "1", rpc.CodeInvalidRequest},
		{"request and response", `{"jsonrpc":"2.0","id":1,"method":"empty","result":1}`, "1", rpc.CodeInvalidRequest},
		{"unknown method", `{"jsonrpc":"2.0","id":1,"method":"operation/fly"}`, "1", rpc.CodeMethodNotFound},
		{"name in another case", `{"jsonrpc":"2.0","id":1,"Method":"empty"}`, "1", rpc.CodeInvalidRequest},
		{"empty batch", `[]`, "null", rpc.CodeInvalidRequest},
		{"error of the ledger", `{"jsonrpc":"2.0","id":1,"method":"ledgerError"}`, "1", rpc.CodeCallNotFound},
		{"plain error", `{"jsonrpc":"2.0","id":1,"method":"plainError"}`, "1", rpc.CodeInternalError},
		{"panic", `{"jsonrpc":"2.0","id":1,"method":"panic"}`, "1", rpc.CodeInternalError},
		{"panic while waiting", `{"jsonrpc":"2.0","id":1,"method":"panicWaiting"}`, "1", rpc.CodeInternalError},
		{"result without JSON", `{"jsonrpc":"2.0","id":1,"method":"unencodable"}`, "1", rpc.CodeInternalError},
		{"panic while encoding", `{"jsonrpc":"2.0","id":1,"method":"panicEncoding"}`, "1", rpc.CodeInternalError},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, Options{})
			got := s.ask(tt.request)
			if !strings.HasPrefix(got, `{"jsonrpc":"2.0","id":`+tt.id+`,"error"`) || errorCode(t, got) != tt.code {
				t.Errorf("got %s, want id %s and code %d", got, tt.id, tt.code)
			}
			if got := s.ask(`{"jsonrpc":"2.0","id":9,"method":"empty"}`); got != `{"jsonrpc":"2.0","id":9,"result":{}}` {
				t.Errorf("afterwards: %s", got)
			}
		})
	}
}

func TestUnknownMethodIsNamed(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		if got := s.ask(`{"jsonrpc":"2.0","id":1,"method":"operation/fly"}`); !strings.Contains(got, "operation/fly") {
			t.Error(got)
		}
	})
}

// Nothing below may be answered; the request after it is.
func TestNotAnswered(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		for _, message := range []string{
			`{"jsonrpc":"2.0","method":"echo"}`,
			`{"jsonrpc":"2.0","method":"panic"}`,
			`{"jsonrpc":"2.0","method":"unknown"}`,
			`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":77}}`,
			`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}`,
			`{"jsonrpc":"2.0","method":"$/cancelRequest","params":[]}`,
			`{"jsonrpc":"2.0","method":"$/cancelRequest"}`,
			`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}`,
			`{"jsonrpc":"2.0","id":5,"result":1}`,
			`{"jsonrpc":"2.0","id":{},"result":1}`,
			`{"id":5,"error":"?"}`,
			`[{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","method":"unknown"}]`,
		} {
			s := serve(t, Options{})
			s.send(message, `{"jsonrpc":"2.0","id":9,"method":"empty"}`)
			if got := s.receive(); got != `{"jsonrpc":"2.0","id":9,"result":{}}` {
				t.Errorf("%s: %s", message, got)
			}
		}
	})
}

func TestReplyOnce(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		s.send(`{"jsonrpc":"2.0","id":1,"method":"twice"}`, `{"jsonrpc":"2.0","id":2,"method":"empty"}`)
		if got := s.receive(); got != `{"jsonrpc":"2.0","id":1,"result":1}` {
			t.Error(got)
		}
		if got := s.receive(); got != `{"jsonrpc":"2.0","id":2,"result":{}}` {
			t.Error(got)
		}
	})
}

func TestNewlineFraming(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		s.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"empty\"}\r\n\n  \n{oops\n[{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"large\"}]\n")
		lines := bufio.NewReader(s.raw)
		for _, want := range []string{`{"jsonrpc":"2.0","id":1,"result":{}}`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32700`, `[{"jsonrpc":"2.0","id":2,"result":"xxx`} {
			if got, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(got, want) {
				t.Errorf("got %.80s %v, want %s", got, err, want)
			}
		}
	})
}

func TestBatch(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		s.send(`[{"jsonrpc":"2.0","id":1,"method":"later","params":[1]}, 1, {"jsonrpc":"2.0","method":"empty"},
			{"jsonrpc":"2.0","id":"b","method":"empty"}, [], {"jsonrpc":"2.0","id":3,"method":"wait"},
			{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":3}}]`)
		<-s.table.started
		close(s.table.release)
		var answers []struct {
			ID     json.RawMessage
			Result json.RawMessage
			Error  *rpc.Error
		}
		if err := json.Unmarshal([]byte(s.receive()), &answers); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, a := range answers {
			got += fmt.Sprintf("%s:%s", a.ID, a.Result)
			if a.Error != nil {
				got += fmt.Sprint(int(a.Error.Code))
			}
			got += " "
		}
		if want := `1:[1] null:-32600 "b":{} null:-32600 3:-32800 `; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestBatchLimit(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{Limits: Limits{MaxQueuedRequests: 3}})
		got := s.ask(`[1,2,3,4,5,6]`)
		if strings.Count(got, `"error"`) != 4 || !strings.Contains(got, "1003") {
			t.Error(got)
		}
	})
}

func TestHeaders(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		const body = `{"jsonrpc":"2.0","id":1,"method":"empty"}`
		for _, header := range []string{
			"Content-Length: 41\r\n\r\n",
			"content-length:41\r\n\r\n",
			"CONTENT-LENGTH: 41 \r\n\r\n",
			"Content-Length: 41\n\n",
			"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 0041\r\nX-Other:\r\n\r\n",
		} {
			s := serve(t, Options{})
			s.write(header + body)
			if got := s.receive(); got != `{"jsonrpc":"2.0","id":1,"result":{}}` {
				t.Errorf("%q: %s", header, got)
			}
		}
	})
}

// Each of these is answered once, and then the connection ends.
func TestBadHeaders(t *testing.T) {
	tests := []struct {
		name, text string
		code       rpc.Code
		err        error
	}{
		{"http", "GET / HTTP/1.1\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"no length", "Content-Type: x\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"blank", "\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"negative", "Content-Length: -1\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"signed", "Content-Length: +1\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"text", "Content-Length: many\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"empty", "Content-Length:\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"twice", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", rpc.CodeParseError, ErrMalformedHeader},
		{"beyond 64 bits", "Content-Length: 99999999999999999999\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"long block", strings.Repeat("X-Y: 1\r\n", 2000), rpc.CodeParseError, ErrMalformedHeader},
		{"long line", strings.Repeat("x", 20000), rpc.CodeParseError, ErrMalformedHeader},
		{"1 GB", "Content-Length: 1000000000\r\n\r\n", rpc.CodeLimitExceeded, ErrFrameTooLarge},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, Options{})
			s.write(tt.text)
			err := <-s.served
			if !errors.Is(err, tt.err) {
				t.Errorf("Serve: %v, want %v", err, tt.err)
			}
			go func() { _ = s.conn.Shutdown(context.Background()) }()
			if got := s.receive(); errorCode(t, got) != tt.code {
				t.Errorf("got %s, want code %d", got, tt.code)
			}
			if _, err := s.frames.next(); err != io.EOF {
				t.Errorf("the connection lives on: %v", err)
			}
		})
	}
}

func TestEnds(t *testing.T) {
	tests := []struct {
		name, text string
		want       error
	}{
		{"at once", "", nil},
		{"after a message", "Content-Length: 36\r\n\r\n" + `{"jsonrpc":"2.0","method":"unknown"}`, nil},
		{"after a line", `{"jsonrpc":"2.0","method":"unknown"}` + "\n", nil},
		{"after a line without newline", `{"jsonrpc":"2.0","method":"unknown"}`, nil},
		{"in a header", "Content-Len", ErrHalfFrame},
		{"after a header line", "Content-Length: 3\r\n", ErrHalfFrame},
		{"before a body", "Content-Length: 3\r\n\r\n", ErrHalfFrame},
		{"in a body", "Content-Length: 36\r\n\r\n{", ErrHalfFrame},
		{"in a large body", "Content-Length: 1000000\r\n\r\n{", ErrHalfFrame},
		{"in a line", `{"jsonrpc":"2.0"`, ErrHalfFrame},
		{"in a skipped body", "Content-Length: 20000000\r\n\r\n{", ErrHalfFrame},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, Options{})
			if _, err := s.raw.Write([]byte(tt.text)); err != nil {
				t.Fatal(err)
			}
			_ = s.raw.Close()
			if err := <-s.served; !errors.Is(err, tt.want) || (tt.want == nil) != (err == nil) {
				t.Errorf("Serve: %v, want %v", err, tt.want)
			}
		})
	}
}

func TestLargeFrames(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		limits := Limits{MaxFrameBytes: 100_000}
		padded := func(n int) string {
			const begin, end = `{"jsonrpc":"2.0","id":1,"method":"empty","params":{"a":"`, `"}}`
			return begin + strings.Repeat("x", n-len(begin)-len(end)) + end
		}
		for _, framed := range []func(string) string{
			func(m string) string { return string(appendFrame(nil, framingHeader, []byte(m))) },
			func(m string) string { return string(appendFrame(nil, framingNewline, []byte(m))) },
		} {
			for n, code := range map[int]rpc.Code{
				readBuffer - 1: 0, readBuffer: 0, readBuffer + 1: 0, 2 * readBuffer: 0, 99_999: 0,
				100_000: 0, 100_001: rpc.CodeLimitExceeded, 300_000: rpc.CodeLimitExceeded,
			} {
				s := serve(t, Options{Limits: limits})
				s.write(framed(padded(n)) + framed(`{"jsonrpc":"2.0","id":2,"method":"empty"}`))
				if got := s.receive(); errorCode(t, got) != code {
					t.Errorf("%d bytes: %.200s", n, got)
				}
				if got := s.receive(); !strings.Contains(got, `"id":2,"result"`) {
					t.Errorf("after %d bytes: %s", n, got)
				}
			}
		}
	})
}

func TestResultTooLarge(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{Limits: Limits{MaxFrameBytes: 50_000}})
		if got := s.ask(`{"jsonrpc":"2.0","id":1,"method":"large"}`); errorCode(t, got) != rpc.CodeLimitExceeded {
			t.Errorf("%.200s", got)
		}
	})
}

func TestAdmit(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{Admit: func(m *rpc.Method) error {
			if m.Name == "echo" {
				return rpc.NewError(rpc.CodeNotInitialized, "Send initialize first.", rpc.ErrorData{})
			}
			return nil
		}})
		if got := s.ask(`{"jsonrpc":"2.0","id":1,"method":"echo"}`); errorCode(t, got) != rpc.CodeNotInitialized {
			t.Error(got)
		}
		if got := s.ask(`{"jsonrpc":"2.0","id":1,"method":"empty"}`); errorCode(t, got) != 0 {
			t.Error(got)
		}
	})
}

func TestCancel(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		s.send(`{"jsonrpc":"2.0","id":"a","method":"wait"}`)
		<-s.table.started
		s.send(`{"jsonrpc":"2.0","id":"a","method":"wait"}`)
		if got := s.receive(); errorCode(t, got) != rpc.CodeInvalidRequest {
			t.Errorf("an id in progress: %s", got)
		}
		s.send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"\u0061"}}`)
		if got := s.receive(); !strings.HasPrefix(got, `{"jsonrpc":"2.0","id":"a","error":{"code":-32800`) {
			t.Error(got)
		}
	})
}

func TestOverloaded(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{Limits: Limits{MaxQueuedRequests: 2}})
		s.send(`{"jsonrpc":"2.0","id":1,"method":"later","params":[1]}`, `{"jsonrpc":"2.0","id":2,"method":"wait"}`,
			`{"jsonrpc":"2.0","id":3,"method":"empty"}`)
		if got := s.receive(); !strings.Contains(got, `"id":3,"error":{"code":1004`) {
			t.Error(got)
		}
		close(s.table.release)
		if got := s.receive(); got != `{"jsonrpc":"2.0","id":1,"result":[1]}` {
			t.Error(got)
		}
		if got := s.ask(`{"jsonrpc":"2.0","id":4,"method":"empty"}`); errorCode(t, got) != 0 {
			t.Error(got)
		}
	})
}
