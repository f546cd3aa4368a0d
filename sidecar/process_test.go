package sidecar_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// process is a running tomledger.
type process struct {
	cmd    *exec.Cmd
	stderr *stderr
	ended  chan struct{} // closed when it has ended and been waited for
	err    error         // of Wait; after ended
}

// stderr keeps what a process says, and tells when it has said something.
type stderr struct {
	mu     sync.Mutex
	text   bytes.Buffer
	wanted string
	said   chan struct{} // closed when wanted has been said
}

func (s *stderr) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(p)
	if s.said != nil && strings.Contains(s.text.String(), s.wanted) {
		close(s.said)
		s.said = nil
	}
	return len(p), nil
}

func (s *stderr) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// command prepares a tomledger on a ledger directory.
func command(dir, name string, args ...string) *exec.Cmd {
	return exec.Command(os.Getenv(binaryVariable), append([]string{name, "--ledger", dir}, args...)...)
}

// fast is the same without the race detector, for tests that do a lot.
func fast(cmd *exec.Cmd) *exec.Cmd {
	return exec.Command(os.Getenv(fastBinaryVariable), cmd.Args[1:]...)
}

// start starts a prepared tomledger, and ends it with the test. What it writes
// to stderr is logged if the test fails.
func start(t testing.TB, cmd *exec.Cmd, wanted string) (p *process, said <-chan struct{}) {
	t.Helper()
	ready := make(chan struct{})
	p = &process{cmd: cmd, stderr: &stderr{wanted: wanted, said: ready}, ended: make(chan struct{})}
	cmd.Stderr = p.stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		if text := p.stderr.String(); t.Failed() && text != "" || strings.Contains(text, "DATA RACE") {
			t.Logf("process %d wrote to stderr:\n%s", cmd.Process.Pid, text)
		}
		if strings.Contains(p.stderr.String(), "DATA RACE") {
			t.Error("a process found a data race")
		}
	})
	return p, ready
}

// kill ends the process with SIGKILL, and tells whether that is what ended it.
func (p *process) kill() bool {
	if err := p.cmd.Process.Kill(); errors.Is(err, os.ErrProcessDone) {
		<-p.ended
		return false
	}
	<-p.ended
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}

// exitCode waits for the process to end by itself.
func (p *process) exitCode() int {
	<-p.ended
	return p.cmd.ProcessState.ExitCode()
}

// pipes is the client's end of a stdio sidecar.
type pipes struct {
	io.ReadCloser
	in io.WriteCloser
}

func (p pipes) Write(b []byte) (int, error) { return p.in.Write(b) }
func (p pipes) Close() error                { return errors.Join(p.in.Close(), p.ReadCloser.Close()) }

// startStdio starts a stdio sidecar.
func startStdio(t testing.TB, cmd *exec.Cmd) (*process, io.ReadWriteCloser) {
	t.Helper()
	// Not StdinPipe and StdoutPipe: Wait would close those under the reader.
	stdin, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, stdout, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout = stdin, stdout
	p, _ := start(t, cmd, "")
	stdin.Close()
	stdout.Close()
	return p, pipes{out, in}
}

// served is a tomledger that serves a socket.
type served struct {
	*process
	socket string
	dir    string
}

// startServe starts a server and waits until it listens.
func startServe(t testing.TB, dir string, args ...string) *served {
	t.Helper()
	return startServing(t, dir, func(cmd *exec.Cmd) *exec.Cmd { return cmd }, args...)
}

// startServing starts the server that binary makes of the usual one.
func startServing(t testing.TB, dir string, binary func(*exec.Cmd) *exec.Cmd, args ...string) *served {
	t.Helper()
	socket := filepath.Join(socketDir(t), "s")
	args = append([]string{"--socket", socket}, args...)
	p, serving := start(t, binary(command(dir, "serve", args...)), "tomledger: serving")
	select {
	case <-serving:
	case <-p.ended:
		t.Fatalf("serve ended: %v\n%s", p.err, p.stderr)
	}
	return &served{p, socket, dir}
}

// socketDir makes a directory whose path is short enough for a socket.
func socketDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tl") //nolint:usetesting // TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (s *served) dial(t testing.TB) net.Conn {
	t.Helper()
	conn, err := net.Dial("unix", s.socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// raw is a client that is free to send anything, and reads lines.
type raw struct {
	io.ReadWriteCloser
	in *bufio.Reader
}

func newRaw(rwc io.ReadWriteCloser) *raw { return &raw{rwc, bufio.NewReader(rwc)} }

// send writes a message as a line.
func (r *raw) send(t testing.TB, line string) {
	t.Helper()
	if _, err := io.WriteString(r, line+"\n"); err != nil {
		t.Fatal(err)
	}
}

// line reads the next line, "" at the end.
func (r *raw) line(t testing.TB) string {
	t.Helper()
	line, err := r.in.ReadString('\n')
	if err != nil && err != io.EOF && !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
	return line
}
