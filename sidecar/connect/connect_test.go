package connect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/rpc/wire"
	"github.com/tomledger/tomledger/sidecar"
	"github.com/tomledger/tomledger/sidecar/connect"
)

// serverMode makes this test binary a sidecar; its value says what kind.
const serverMode = "CONNECT_TEST_SERVER"

func TestMain(m *testing.M) {
	if mode := os.Getenv(serverMode); mode != "" {
		if err := beSidecar(mode, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// beSidecar serves as the binary would, with a service that has no engine.
func beSidecar(mode string, args []string) error {
	// A server that starts late finds the others gone and nobody to serve.
	time.AfterFunc(20*time.Second, func() { os.Exit(0) })
	if mode == "broken" {
		return errors.New("disk on fire")
	}
	if args[0] == "stdio" {
		rwc, err := sidecar.Stdio(os.Stdin, os.Stdout)
		if err != nil {
			return err
		}
		return serve(rwc, &service{})
	}
	socket := args[4] // serve --ledger DIR --socket PATH
	l, err := sidecar.Listen(socket, slog.Default())
	if err != nil {
		return err
	}
	s := &service{leave: func() { _ = l.Close() }}
	for {
		conn, _, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			s.conns.Wait()
			return nil
		}
		if err != nil {
			return err
		}
		s.conns.Go(func() { _ = serve(conn, s) })
	}
}

func serve(rwc io.ReadWriteCloser, s *service) error {
	conn := wire.NewConn(rwc, wire.Options{Lookup: rpc.Lookup})
	err := conn.Serve(context.Background(), &session{service: s, events: rpc.EventClient{Notifier: conn}})
	return errors.Join(err, conn.Shutdown(context.Background()))
}

// service is what the sessions of a server share.
type service struct {
	conns sync.WaitGroup
	leave func() // ends the server
}

// session answers what the tests ask; anything else would panic.
type session struct {
	rpc.Handler
	service *service
	events  rpc.EventClient
}

func (s *session) Initialize(_ context.Context, p *rpc.InitializeParams, reply rpc.Reply[rpc.InitializeResult]) {
	if p.ParticipantID == "intruder" {
		reply(nil, rpc.NewError(rpc.CodeUnauthorized, "Not you.", rpc.ErrorData{}))
		return
	}
	version := rpc.ProtocolVersion
	if p.ParticipantID == "futurist" {
		version = "99.1"
	}
	s.events.LedgerLogLine(&rpc.LedgerLogLineEvent{OperationID: "op", Line: "hello " + p.ParticipantID})
	reply(&rpc.InitializeResult{ProtocolVersion: version, Server: rpc.ServerInfo{Name: "tomledger", Version: "0.1", PID: int64(os.Getpid())}}, nil)
}

func (s *session) Ping(_ context.Context, _ *rpc.Empty, reply rpc.Reply[rpc.Empty]) { reply(nil, nil) }

func (s *session) Shutdown(_ context.Context, _ *rpc.Empty, reply rpc.Reply[rpc.Empty]) {
	reply(nil, nil)
	if s.service.leave != nil {
		s.service.leave()
	}
}

// place returns a socket path and how to start a server there, in this mode.
func place(t *testing.T, mode string) (socket string, start *connect.Start) {
	t.Helper()
	t.Setenv(serverMode, mode)
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return filepath.Join(dir, "run", "s.sock"), &connect.Start{Binary: binary, Ledger: dir}
}

func as(participant string) connect.Options {
	return connect.Options{Initialize: rpc.InitializeParams{ParticipantID: participant}}
}

func TestDialNobody(t *testing.T) {
	socket, _ := place(t, "normal")
	if _, err := connect.Dial(t.Context(), socket, nil, as("cli")); !errors.Is(err, connect.ErrNoServer) {
		t.Error(err)
	}
}

// Many clients at once start many servers, and all use the one that remains.
// Then that is killed, and they do it again over the socket it leaves behind.
func TestDialStartsOneServer(t *testing.T) {
	socket, start := place(t, "normal")
	for round := range 2 {
		clients := make([]*connect.Client, 8)
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() {
				c, err := connect.Dial(t.Context(), socket, start, as("cli"))
				if err != nil {
					t.Error(err)
					return
				}
				clients[i] = c
			})
		}
		wg.Wait()
		if t.Failed() {
			return
		}
		pid := clients[0].Info.Server.PID
		for _, c := range clients {
			if c.Info.Server.PID != pid || pid == int64(os.Getpid()) {
				t.Errorf("served by %d and %d", pid, c.Info.Server.PID)
			}
		}
		if round == 0 {
			kill(t, pid)
		} else if err := clients[0].Goodbye(t.Context()); err != nil {
			t.Error(err)
		}
		for _, c := range clients[1:] {
			if round == 1 {
				c.Close()
			}
			<-c.Done()
		}
	}
}

func kill(t *testing.T, pid int64) {
	t.Helper()
	p, err := os.FindProcess(int(pid))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
}

func TestDialStartFails(t *testing.T) {
	socket, start := place(t, "broken")
	_, err := connect.Dial(t.Context(), socket, start, as("cli"))
	if !errors.Is(err, connect.ErrNoServer) || !strings.Contains(err.Error(), "disk on fire") {
		t.Error(err)
	}
	start.Binary = filepath.Join(t.TempDir(), "missing")
	if _, err = connect.Dial(t.Context(), socket, start, as("cli")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a binary: %v", err)
	}
}

func TestDialGivesUpWithItsContext(t *testing.T) {
	socket, start := place(t, "broken")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := connect.Dial(ctx, socket, start, as("cli")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestSpawn(t *testing.T) {
	_, start := place(t, "normal")
	cmd := exec.Command(start.Binary, "stdio", "--ledger", start.Ledger)
	lines := &recorder{lines: make(chan string, 1)}
	opts := as("cli")
	opts.Events = lines
	c, err := connect.Spawn(t.Context(), cmd, opts)
	if err != nil {
		t.Fatal(err)
	}
	if got := <-lines.lines; got != "hello cli" {
		t.Errorf("event: %s", got)
	}
	if _, err := c.Ping(t.Context(), &rpc.Empty{}); err != nil {
		t.Error(err)
	}
	if err := c.Goodbye(t.Context()); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the sidecar: %v", err)
	}
	if err := c.Err(); !errors.Is(err, wire.ErrClosed) {
		t.Errorf("Err: %v", err)
	}
}

// recorder keeps the log lines it is told.
type recorder struct {
	rpc.Events
	lines chan string
}

func (r *recorder) LedgerLogLine(p *rpc.LedgerLogLineEvent) { r.lines <- p.Line }

func TestSpawnFails(t *testing.T) {
	_, start := place(t, "broken")
	cmd := exec.Command(start.Binary, "stdio")
	if _, err := connect.Spawn(t.Context(), cmd, as("cli")); !errors.Is(err, wire.ErrClosed) || cmd.ProcessState == nil {
		t.Errorf("%v, %v", err, cmd.ProcessState)
	}
}

// introduce connects to a session over a pipe.
func introduce(t *testing.T, participant string) (*connect.Client, error) {
	t.Helper()
	near, far := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = serve(near, &service{})
	}()
	t.Cleanup(func() { <-done })
	c, err := connect.New(t.Context(), far, as(participant))
	if c != nil {
		t.Cleanup(c.Close)
	}
	return c, err
}

func TestVersionMismatch(t *testing.T) {
	_, err := introduce(t, "futurist")
	e, ok := errors.AsType[*rpc.Error](err)
	if !ok || e.Code != rpc.CodeVersionMismatch || !strings.Contains(e.Message, "99.1") || e.Details().ServerVersion != "99.1" {
		t.Errorf("%v", err)
	}
}

func TestRefused(t *testing.T) {
	_, err := introduce(t, "intruder")
	if e, ok := errors.AsType[*rpc.Error](err); !ok || e.Code != rpc.CodeUnauthorized {
		t.Errorf("%v", err)
	}
}

func TestIntroduced(t *testing.T) {
	c, err := introduce(t, "cli")
	if err != nil {
		t.Fatal(err)
	}
	if c.Info.Server.Name != "tomledger" {
		t.Errorf("%+v", c.Info)
	}
}

// A server that accepts and says nothing is given up with the context.
func TestSilentServer(t *testing.T) {
	near, far := net.Pipe()
	defer func() { _ = near.Close() }()
	go func() { _, _ = io.Copy(io.Discard, near) }()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := connect.New(ctx, far, as("cli")); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
