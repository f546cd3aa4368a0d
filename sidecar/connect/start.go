package connect

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/tomledger/tomledger/rpc/wire"
)

// Start says how to start a server.
type Start struct {
	// Binary is the tomledger binary.
	Binary string
	// Ledger is the absolute path of the ledger directory to serve.
	Ledger string
	// Args are further arguments of the command serve.
	Args []string
	// Timeout bounds the wait for a server. Zero means 10 s.
	Timeout time.Duration
}

const (
	defaultStartTimeout = 10 * time.Second
	// rivalGrace is how long a server gets to answer that started while ours had
	// to end: the one that holds the lock may not listen yet.
	rivalGrace = time.Second
)

// dial starts a server and dials until it, or another one, answers.
func (s *Start) dial(ctx context.Context, socket string) (net.Conn, error) {
	timeout := s.Timeout
	if timeout == 0 {
		timeout = defaultStartTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no server answered within %v", timeout))
	defer cancel()
	server, err := s.launch(socket)
	if err != nil {
		return nil, fmt.Errorf("%w, and starting one failed: %w", ErrNoServer, err)
	}
	for pause := (backoff{}); ; {
		conn, err := dial(ctx, socket)
		if !errors.Is(err, ErrNoServer) && ctx.Err() == nil {
			return conn, err
		}
		select {
		case err := <-server.exited: // once: from now on only a rival may answer
			ctx, cancel = context.WithTimeoutCause(ctx, rivalGrace, fmt.Errorf("it ended: %w", err))
			defer cancel()
		default:
		}
		if !pause.wait(ctx) {
			return nil, fmt.Errorf("%w, and starting one failed: %w%s", ErrNoServer, context.Cause(ctx), server.words())
		}
	}
}

// server is one that we have started.
type server struct {
	exited chan error // gets the reason of its end, never nil
	log    string
	begin  int64 // where its part of the log begins
}

// maxLog is where a log that is added to by many servers starts anew.
const maxLog = 1 << 20

// launch starts a server that outlives us. What it says goes to a file beside
// the socket.
func (s *Start) launch(socket string) (*server, error) {
	if err := wire.PrivateDir(filepath.Dir(socket)); err != nil {
		return nil, err
	}
	started := &server{log: socket + ".log", exited: make(chan error, 1)}
	out, err := os.OpenFile(started.log, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }() // the server has a descriptor of its own
	if info, err := out.Stat(); err == nil && info.Size() < maxLog {
		started.begin = info.Size()
	} else if err := out.Truncate(0); err != nil {
		return nil, err
	}
	args := append([]string{"serve", "--ledger", s.Ledger, "--socket", socket}, s.Args...)
	cmd := exec.Command(s.Binary, args...)
	cmd.Dir = filepath.Dir(socket) // not ours, which somebody may want to remove
	cmd.Stderr = out
	cmd.SysProcAttr = detached()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		// However long the server lives, it leaves no zombie.
		started.exited <- cmp.Or(cmd.Wait(), errors.New("exit status 0"))
	}()
	return started, nil
}

// words is what the server has said, for an error message.
func (s *server) words() string {
	f, err := os.Open(s.log)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := io.ReadAll(io.NewSectionReader(f, s.begin, 2000))
	if err != nil || len(text) == 0 {
		return ""
	}
	return fmt.Sprintf("; %s says:\n%s", s.log, bytes.TrimSpace(text))
}
