package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

// Spawn starts cmd, a stdio sidecar, as a child and introduces the client over
// its standard input and output. The sidecar ends when the connection does; the
// caller then waits for cmd. If Spawn fails, nothing is left running.
func Spawn(ctx context.Context, cmd *exec.Cmd, opts Options) (*Client, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a sidecar: %w", err)
	}
	c, err := New(ctx, pipes{out, in}, opts)
	if err != nil {
		_ = cmd.Process.Kill() // it may have ended already, which Wait tells
		return nil, fmt.Errorf("start a sidecar: %w", errors.Join(err, cmd.Wait()))
	}
	return c, nil
}

// pipes is the connection to a child.
type pipes struct {
	io.ReadCloser
	in io.WriteCloser
}

func (p pipes) Write(b []byte) (int, error) { return p.in.Write(b) }

func (p pipes) Close() error { return errors.Join(p.in.Close(), p.ReadCloser.Close()) }

// SyscallConn gives access to the descriptor that is written to.
func (p pipes) SyscallConn() (syscall.RawConn, error) {
	if sc, ok := p.in.(syscall.Conn); ok {
		return sc.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}
