package sidecar

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The socket of one user, opened to everybody by mistake, still serves that user
// only.
func TestListenRefusesOtherUsers(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can be somebody else")
	}
	path := socketIn(t)
	var log bytes.Buffer
	l, err := Listen(path, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for dir := filepath.Dir(path); dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	refused := make(chan error, 1)
	go func() { refused <- dialAs(65534, path) }()
	if err := <-refused; err != nil {
		t.Fatal(err)
	}
	accepts(t, l, path) // the other one came first, and was passed over
	if !strings.Contains(log.String(), "user 65534") {
		t.Errorf("log: %s", &log)
	}
}

// dialAs connects as another user: credentials belong to threads on Linux, and
// this one ends with its goroutine because it stays locked.
func dialAs(uid uintptr, path string) error {
	runtime.LockOSThread()
	if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, uid, uid, uid); errno != 0 {
		return errno
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return unix.Connect(fd, &unix.SockaddrUnix{Name: path}) // closed with the process
}

// A connection of pipes can be written to without blocking, and its Read ends
// with Close.
func TestStdioOverPipes(t *testing.T) {
	in, toUs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromUs, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	in.Fd() // puts the descriptors into blocking mode, as a child finds them
	out.Fd()
	rwc, err := Stdio(in, out)
	if err != nil {
		t.Fatal(err)
	}
	if !isNonblocking(t, rwc.(stdio).out) {
		t.Error("writing may block")
	}
	read := make(chan error, 1)
	go func() {
		_, err := rwc.Read(make([]byte, 1))
		read <- err
	}()
	if err := rwc.Close(); err != nil {
		t.Error(err)
	}
	if err := <-read; err == nil {
		t.Error("Read goes on after Close")
	}
	for _, f := range []*os.File{in, out, toUs, fromUs} {
		_ = f.Close()
	}
}

func isNonblocking(t *testing.T, f *os.File) bool {
	t.Helper()
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	flags := 0
	var flagsErr error
	err = raw.Control(func(fd uintptr) { flags, flagsErr = unix.FcntlInt(fd, unix.F_GETFL, 0) })
	if err := errors.Join(err, flagsErr); err != nil {
		t.Fatal(err)
	}
	return flags&unix.O_NONBLOCK != 0
}
