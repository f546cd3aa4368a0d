package sidecar_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/tomledger/tomledger/bindings/conformance"
	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc/wire"
	"github.com/tomledger/tomledger/sidecar"
)

// TestConformance replays the recorded exchanges, each against a server of its
// own on an empty ledger.
func TestConformance(t *testing.T) {
	exchanges, err := conformance.Exchanges()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exchanges {
		t.Run(e.File+"/"+e.Title, func(t *testing.T) {
			t.Parallel()
			r := &replay{t: t, server: newServer(t), clients: map[string]*replayClient{}}
			for _, s := range e.Steps {
				r.step(e, s)
			}
			r.finish(e)
		})
	}
}

// newServer opens an engine on an empty directory and closes both with the test.
func newServer(t *testing.T) *sidecar.Server {
	dir := t.TempDir()
	engine, err := ledger.Open(dir, ledger.Options{Durability: ledger.ProcessDurability})
	if err != nil {
		t.Fatal(err)
	}
	server := sidecar.New(engine, sidecar.Options{Version: "test", Path: dir, Backend: "file"})
	t.Cleanup(func() {
		if err := errors.Join(server.Shutdown(t.Context()), engine.Close()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return server
}

// replay is one exchange in progress.
type replay struct {
	t       *testing.T
	server  *sidecar.Server
	clients map[string]*replayClient
	names   conformance.Names
}

// replayClient is one connection. Its reader sends every message to received,
// and closes it at the end.
type replayClient struct {
	conn     net.Conn
	received chan string
	inbox    []string // received and not yet matched
}

func (r *replay) client(name string) *replayClient {
	if c := r.clients[name]; c != nil {
		return c
	}
	near, far := net.Pipe()
	c := &replayClient{conn: near, received: make(chan string, 1000)}
	r.clients[name] = c
	served := make(chan struct{})
	go func() {
		defer close(served)
		// How a connection ends is its client's choice here: no error matters.
		_ = r.server.ServeConn(r.t.Context(), far, wire.Peer{})
	}()
	go func() {
		defer close(c.received)
		for lines := bufio.NewReader(near); ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			c.received <- line
		}
	}()
	r.t.Cleanup(func() {
		near.Close()
		<-served
	})
	return c
}

func (r *replay) step(e conformance.Exchange, s conformance.Step) {
	r.t.Helper()
	c := r.client(s.Client)
	switch s.Kind {
	case conformance.Initializes:
		r.send(c, `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"`+s.Client+`"}}`)
		if answer := r.receive(e, s, c, `{"id":1}`); !json.Valid([]byte(answer)) || identity(answer) != "1" {
			r.t.Fatalf("%s:%d: %s", e.File, s.Line, answer)
		}
	case conformance.Send, conformance.SendText:
		r.send(c, r.names.Live(s.Message))
	case conformance.Receive:
		if err := r.names.Match(s.Message, r.receive(e, s, c, s.Message)); err != nil {
			r.t.Fatalf("%s:%d: %v", e.File, s.Line, err)
		}
	case conformance.Closes:
		c.conn.Close()
	}
}

func (r *replay) send(c *replayClient, message string) {
	if _, err := io.WriteString(c.conn, message+"\n"); err != nil {
		r.t.Fatal(err)
	}
}

// receive waits for the first unmatched message of the same identity.
func (r *replay) receive(e conformance.Exchange, s conformance.Step, c *replayClient, like string) string {
	r.t.Helper()
	wanted := identity(like)
	for i, message := range c.inbox {
		if identity(message) == wanted {
			c.inbox = append(c.inbox[:i], c.inbox[i+1:]...)
			return message
		}
	}
	watchdog := time.After(30 * time.Second)
	for {
		select {
		case message, open := <-c.received:
			if !open {
				r.t.Fatalf("%s:%d: the connection ended; %s got %q", e.File, s.Line, s.Client, c.inbox)
			}
			if identity(message) == wanted {
				return message
			}
			c.inbox = append(c.inbox, message)
		case <-watchdog:
			r.t.Fatalf("%s:%d: nothing came; %s got %q", e.File, s.Line, s.Client, c.inbox)
		}
	}
}

// finish finds answers that the exchange doesn't have.
func (r *replay) finish(e conformance.Exchange) {
	for name, c := range r.clients {
		for _, message := range c.inbox {
			if identity(message)[0] != '/' {
				r.t.Errorf("%s:%d: %s also got %s", e.File, e.Line, name, message)
			}
		}
	}
}

// identity is the id of an answer, "/" and the method of an event, and "batch"
// for the answer to a batch.
func identity(message string) string {
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	switch {
	case json.Unmarshal([]byte(message), &m) != nil:
		return "batch"
	case m.Method != "":
		return "/" + m.Method
	default:
		return string(m.ID)
	}
}
