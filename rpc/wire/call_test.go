package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

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
		<-served //nolint:errcheck // it says that the connection was closed
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
