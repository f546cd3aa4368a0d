package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tomledger/tomledger/rpc"
)

// connect returns a client of a server with the methods of newTable. seen gets
// the client's notifications.
func connect(t *testing.T, near, far net.Conn, opts Options) (client *Conn, seen chan string, s *server) {
	t.Helper()
	s = serveOver(t, near, far, opts)
	seen = make(chan string, 1000)
	client = NewConn(far, Options{
		Lookup:       s.table.lookup,
		Limits:       Limits{MaxFrameBytes: 500_000},
		Notification: func(method string, params []byte) { seen <- method + string(params) },
	})
	served := make(chan error, 1)
	go func() { served <- client.Serve(context.Background(), nil) }()
	t.Cleanup(func() {
		_ = client.Close()
		<-served
	})
	return client, seen, s
}

func connectPipe(t *testing.T) (client *Conn, seen chan string, s *server) {
	t.Helper()
	near, far := net.Pipe()
	return connect(t, near, far, Options{})
}

func TestCall(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		client, _, _ := connectPipe(t)
		var got struct{ A string }
		if err := client.Call(t.Context(), "echo", map[string]string{"a": "b"}, &got); err != nil || got.A != "b" {
			t.Errorf("%+v %v", got, err)
		}
		err := client.Call(t.Context(), "ledgerError", nil, nil)
		if e, ok := errors.AsType[*rpc.Error](err); !ok || e.Code != rpc.CodeCallNotFound || e.Details().CallID != "c1" {
			t.Errorf("%#v", err)
		}
		err = client.Call(t.Context(), "echo", strings.Repeat("x", 500_000), nil)
		if e, ok := errors.AsType[*rpc.Error](err); !ok || e.Code != rpc.CodeLimitExceeded {
			t.Errorf("a request that is too large: %v", err)
		}
		if err = client.Call(t.Context(), "echo", make(chan int), nil); err == nil {
			t.Error("params that are no JSON were accepted")
		}
	})
}

func TestCallsAtOnce(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		client, _, _ := connectPipe(t)
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				for j := range 20 {
					var got [2]int
					if err := client.Call(t.Context(), "echo", [2]int{i, j}, &got); err != nil || got != [2]int{i, j} {
						t.Errorf("%v %v", got, err)
					}
				}
			})
		}
		wg.Wait()
	})
}

func TestCallBothWays(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		_, _, s := connectPipe(t)
		var got []int
		if err := s.conn.Call(t.Context(), "echo", []int{1}, &got); err != nil || len(got) != 1 {
			t.Errorf("%v %v", got, err)
		}
	})
}

func TestCallCancelled(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		client, _, s := connectPipe(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-s.table.started; cancel() }()
		if err := client.Call(ctx, "wait", nil, nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		synctest.Wait()
		s.conn.mu.Lock()
		defer s.conn.mu.Unlock()
		if s.conn.unanswered != 0 {
			t.Error("the server still waits")
		}
	})
}

func TestCallOnBrokenConnection(t *testing.T) {
	bubble(t, "the peer closes", func(t *testing.T) {
		client, _, s := connectPipe(t)
		go func() { <-s.table.started; _ = s.conn.Close() }()
		if err := client.Call(t.Context(), "wait", nil, nil); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if err := client.Call(t.Context(), "wait", nil, nil); !errors.Is(err, ErrClosed) {
			t.Errorf("afterwards: %v", err)
		}
	})
	bubble(t, "this side closes", func(t *testing.T) {
		client, _, s := connectPipe(t)
		go func() { <-s.table.started; _ = client.Close() }()
		if err := client.Call(t.Context(), "wait", nil, nil); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	})
}

// A response that a library would choke on fails the call it answers, not the
// connection.
func TestFaultyResponses(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		for i, response := range []string{
			`{"jsonrpc":"2.0","id":%d,"error":"text"}`,
			`{"jsonrpc":"2.0","id":%d,"error":{"code":"x"}}`,
			`{"id":%d,"result":null,"error":{"code":5,"message":"m","data":null}}`,
			`{"id":%d,"result":"not an object"}`,
			`[{"jsonrpc":"2.0","id":77,"result":1},{"jsonrpc":"2.0","id":%d,"error":{}}]`,
		} {
			failed := make(chan error, 1)
			go func() {
				var result struct{ A int }
				failed <- s.conn.Call(t.Context(), "ask", nil, &result)
			}()
			s.receive()
			s.send(fmt.Sprintf(response, i+1))
			if err := <-failed; err == nil || errors.Is(err, ErrClosed) {
				t.Errorf("%s: %v", response, err)
			}
		}
	})
}

func TestNotificationsKeepTheirOrder(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		_, seen, s := connectPipe(t)
		for i := range 100 {
			s.conn.Notify("event", []int{i})
		}
		for i := range 100 {
			if got := <-seen; got != fmt.Sprintf("event[%d]", i) {
				t.Fatalf("event %d is %s", i, got)
			}
		}
	})
}

func TestNotificationHandlerPanics(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{Notification: func(string, []byte) { panic("boom") }})
		s.send(`{"jsonrpc":"2.0","method":"unknown"}`, `{"jsonrpc":"2.0","id":1,"method":"empty"}`)
		if got := s.receive(); errorCode(t, got) != 0 {
			t.Error(got)
		}
	})
}

func TestShutdown(t *testing.T) {
	bubble(t, "answers what it has", func(t *testing.T) {
		s := serve(t, Options{})
		s.send(`{"jsonrpc":"2.0","id":1,"method":"later","params":[1]}`)
		<-s.table.started
		done := make(chan error, 1)
		go func() { done <- s.conn.Shutdown(t.Context()) }()
		synctest.Wait()
		s.send(`{"jsonrpc":"2.0","id":2,"method":"empty"}`)
		if err := <-s.served; !errors.Is(err, ErrClosed) {
			t.Errorf("Serve: %v", err)
		}
		close(s.table.release)
		if got := s.receive(); got != `{"jsonrpc":"2.0","id":1,"result":[1]}` {
			t.Error(got)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if _, err := s.frames.next(); err != io.EOF {
			t.Errorf("after Shutdown: %v", err)
		}
	})
	bubble(t, "runs out of time", func(t *testing.T) {
		s := serve(t, Options{})
		s.send(`{"jsonrpc":"2.0","id":1,"method":"wait"}`)
		<-s.table.started
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.conn.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		<-s.conn.Done()
	})
	bubble(t, "cancels those that wait", func(t *testing.T) {
		s := serve(t, Options{})
		s.send(`{"jsonrpc":"2.0","id":1,"method":"wait"}`)
		<-s.table.started
		s.conn.CancelRequests()
		go func() { _ = s.conn.Shutdown(t.Context()) }()
		if got := s.receive(); errorCode(t, got) != rpc.CodeRequestCancelled {
			t.Error(got)
		}
	})
}

func TestServeEndsWithItsContext(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		near, far := net.Pipe()
		conn := NewConn(near, Options{})
		ctx, cancel := context.WithCancelCause(t.Context())
		go cancel(errors.New("enough"))
		if err := conn.Serve(ctx, nil); !errors.Is(err, ErrClosed) || !strings.Contains(err.Error(), "enough") {
			t.Error(err)
		}
		_ = far.Close()
	})
}

func TestCloseWithoutServe(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		near, _ := net.Pipe()
		conn := NewConn(near, Options{})
		_ = conn.Close()
		_ = conn.Close()
		if err := conn.Serve(t.Context(), nil); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	})
}

// A script that closes its end after the last request still gets its answers.
func TestHalfClose(t *testing.T) {
	near, far := unixPair(t)
	s := serveOver(t, near, far, Options{})
	if _, err := far.Write([]byte(`{"jsonrpc":"2.0","id":1,"method":"later","params":[1]}`)); err != nil {
		t.Fatal(err)
	}
	if err := far.(*net.UnixConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if err := <-s.served; err != nil {
		t.Fatal(err)
	}
	close(s.table.release)
	if err := s.conn.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if got, err := io.ReadAll(far); err != nil || string(got) != `{"jsonrpc":"2.0","id":1,"result":[1]}`+"\n" {
		t.Errorf("%s %v", got, err)
	}
}

func TestManyRequestsWithoutReading(t *testing.T) {
	const n = 10_000
	for _, limit := range []int{DefaultMaxQueuedBytes, 50_000} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			near, far := unixPair(t)
			s := serveOver(t, near, far, Options{Limits: Limits{MaxQueuedBytes: limit}})
			written := make(chan error, 1)
			go func() {
				for i := range n {
					request := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"empty","params":{}}`, i)
					if _, err := far.Write(appendFrame(nil, framingHeader, []byte(request))); err != nil {
						written <- err
						return
					}
				}
				written <- nil
			}()
			if limit == DefaultMaxQueuedBytes {
				if err := <-written; err != nil { // all, before the first is read
					t.Fatal(err)
				}
			}
			for i := range n {
				if got, want := s.receive(), fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":{}}`, i); got != want {
					t.Fatalf("got %s, want %s", got, want)
				}
			}
		})
	}
}

func TestManyWaitingRequests(t *testing.T) {
	const n = 5000
	near, far := unixPair(t)
	s := serveOver(t, near, far, Options{})
	go func() {
		for i := range n {
			s.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"wait"}`, i))
		}
	}()
	for range n - DefaultMaxQueuedRequests {
		if got := s.receive(); errorCode(t, got) != rpc.CodeOverloaded {
			t.Fatal(got)
		}
	}
	s.conn.CancelRequests()
	for range DefaultMaxQueuedRequests {
		if got := s.receive(); errorCode(t, got) != rpc.CodeRequestCancelled {
			t.Fatal(got)
		}
	}
}

// Events to everybody reach the one that reads, whatever the other does.
func TestSlowClientDisturbsNobody(t *testing.T) {
	near, far := unixPair(t)
	slow := serveOver(t, near, far, Options{Limits: Limits{MaxQueuedBytes: 1 << 20}})
	near, far = unixPair(t)
	quick := serveOver(t, near, far, Options{})
	text := strings.Repeat("x", 10_000)
	for range 2000 {
		slow.conn.Notify("event", text)
		quick.conn.Notify("event", text)
		quick.receive()
	}
	if err := <-slow.served; !errors.Is(err, ErrSlowConsumer) {
		t.Errorf("slow: %v", err)
	}
	if err := quick.conn.Err(); err != nil {
		t.Errorf("quick: %v", err)
	}
}

// stdio is a connection over two pipes, as a child process has it.
type stdio struct{ in, out *os.File }

func (p stdio) Read(b []byte) (int, error)  { return p.in.Read(b) }
func (p stdio) Write(b []byte) (int, error) { return p.out.Write(b) }
func (p stdio) Close() error                { return errors.Join(p.in.Close(), p.out.Close()) }

func TestPipes(t *testing.T) {
	in, toServer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromServer, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	conn := NewConn(stdio{in, out}, Options{Lookup: newTable().lookup})
	served := make(chan error, 1)
	go func() {
		served <- conn.Serve(context.Background(), nil)
		_ = conn.Shutdown(context.Background())
	}()
	go func() {
		for range 100 {
			_, _ = toServer.Write([]byte(`{"jsonrpc":"2.0","id":1,"method":"large"}` + "\n")) // the answers tell
		}
		_ = toServer.Close()
	}()
	got, err := io.ReadAll(fromServer)
	if err != nil || strings.Count(string(got), "\n") != 100 {
		t.Errorf("%d answers, %v", strings.Count(string(got), "\n"), err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestLimitsValidate(t *testing.T) {
	for _, l := range []Limits{{MaxFrameBytes: -1}, {SlowConsumer: -1}, {MaxHeaderBytes: 1 << 20}} {
		if l.WithDefaults().validate() == nil {
			t.Errorf("%+v is accepted", l)
		}
	}
}
