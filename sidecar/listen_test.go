package sidecar

import (
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/tomledger/tomledger/rpc/wire"
)

var discard = slog.New(slog.DiscardHandler)

// socketIn returns a path for a socket in a directory that Listen makes.
func socketIn(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "run", "s.sock")
}

func mustListen(t *testing.T, path string) *Listener {
	t.Helper()
	l, err := Listen(path, discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // closed twice in some tests
	return l
}

// accepts tells whether l answers at path.
func accepts(t *testing.T, l *Listener, path string) {
	t.Helper()
	client, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	conn, peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	switch runtime.GOOS {
	case "linux", "darwin":
		if peer.UID != os.Getuid() || peer.PID != os.Getpid() {
			t.Errorf("peer is %+v", peer)
		}
	default:
		if peer != (wire.Peer{}) {
			t.Errorf("peer is %+v", peer)
		}
	}
}

func TestListen(t *testing.T) {
	path := socketIn(t)
	l := mustListen(t, path)
	accepts(t, l, path)
	for name, want := range map[string]fs.FileMode{filepath.Dir(path): 0o700, path: 0o600, path + ".lock": 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v, want %v", name, info.Mode(), err, want)
		}
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
	if _, _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Close: %v", err)
	}
	accepts(t, mustListen(t, path), path)
}

func TestListenReplacesStaleSocket(t *testing.T) {
	path := socketIn(t)
	leaveStale(t, path)
	accepts(t, mustListen(t, path), path)
}

// leaveStale leaves a socket behind as a killed server does.
func leaveStale(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestListenLeavesLiveServerAlone(t *testing.T) {
	path := socketIn(t)
	l := mustListen(t, path)
	if _, err := Listen(path, discard); !errors.Is(err, ErrAlreadyServed) {
		t.Errorf("second server: %v", err)
	}
	accepts(t, l, path)
}

// A server that does not know of the lock is no stale one either.
func TestListenLeavesForeignServerAlone(t *testing.T) {
	path := socketIn(t)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	foreign, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = foreign.Close() }()
	if _, err := Listen(path, discard); !errors.Is(err, ErrAlreadyServed) {
		t.Error(err)
	}
	if conn, err := net.Dial("unix", path); err != nil {
		t.Error(err)
	} else {
		_ = conn.Close()
	}
}

// Of many servers that find a stale socket at once, one serves.
func TestListenRace(t *testing.T) {
	for range 20 {
		path := socketIn(t)
		leaveStale(t, path)
		var wg sync.WaitGroup
		won := make(chan *Listener, 16)
		for range cap(won) {
			wg.Go(func() {
				l, err := Listen(path, discard)
				if err == nil {
					won <- l
				} else if !errors.Is(err, ErrAlreadyServed) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(won) != 1 {
			t.Fatalf("%d servers", len(won))
		}
		l := <-won
		accepts(t, l, path)
		_ = l.Close()
	}
}

func TestListenRefusesUnsafePlaces(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes and owners are checked on Unix systems only")
	}
	dir := t.TempDir()
	refused := func(name, path, want string) {
		t.Helper()
		l, err := Listen(path, discard)
		if err == nil {
			_ = l.Close()
			t.Errorf("%s: accepted", name)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	for _, mode := range []fs.FileMode{0o770, 0o755, 0o701} {
		shared := filepath.Join(dir, "shared"+mode.String())
		if err := errors.Join(os.Mkdir(shared, 0o700), os.Chmod(shared, mode)); err != nil {
			t.Fatal(err)
		}
		refused(mode.String(), filepath.Join(shared, "s"), "chmod 700")
	}

	link := filepath.Join(dir, "link")
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "own"), 0o700), os.Symlink("own", link)); err != nil {
		t.Fatal(err)
	}
	refused("linked directory", filepath.Join(link, "s"), "not a link")

	file := filepath.Join(dir, "own", "file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused("a file in the socket's place", file, "no socket")
	if text, err := os.ReadFile(file); string(text) != "precious" {
		t.Errorf("the file is gone: %v", err)
	}
	refused("a file in the directory's place", filepath.Join(file, "s"), "directory")
	refused("a long path", filepath.Join(dir, "own", strings.Repeat("x", 100)), "shorter")

	if os.Getuid() == 0 {
		others := filepath.Join(dir, "others")
		if err := errors.Join(os.Mkdir(others, 0o700), os.Chown(others, 1, 1)); err != nil {
			t.Fatal(err)
		}
		refused("a directory of somebody else", filepath.Join(others, "s"), "must be yours")
	}
}
