package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tomledger/tomledger/rpc"
)

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
		if _, err := s.frames.next(); !errors.Is(err, io.EOF) {
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
	if s.conn.PeerGone() {
		t.Error("the script is taken for gone")
	}
	close(s.table.release)
	if err := s.conn.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if got, err := io.ReadAll(far); err != nil || string(got) != `{"jsonrpc":"2.0","id":1,"result":[1]}`+"\n" {
		t.Errorf("%s %v", got, err)
	}
}

func TestPeerGone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("this system does not tell")
	}
	near, far := unixPair(t)
	s := serveOver(t, near, far, Options{})
	if s.conn.PeerGone() {
		t.Error("a connected peer is taken for gone")
	}
	if err := far.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-s.served; err != nil || !s.conn.PeerGone() {
		t.Errorf("a closed connection is taken for a listening peer, Serve: %v", err)
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

func TestPipeWithoutReaderHasHungUp(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("this system does not tell")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	if hungUp(w) {
		t.Error("a pipe with a reader has not")
	}
	if err := r.Close(); err != nil || !hungUp(w) {
		t.Error("a pipe without a reader has")
	}
}

func TestLimitsValidate(t *testing.T) {
	for _, l := range []Limits{{MaxFrameBytes: -1}, {SlowConsumer: -1}, {MaxHeaderBytes: 1 << 20}} {
		if l.WithDefaults().validate() == nil {
			t.Errorf("%+v is accepted", l)
		}
	}
}
