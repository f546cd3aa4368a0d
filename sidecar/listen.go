package sidecar

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/tomledger/tomledger/rpc/wire"
)

// maxSocketPath is what the shortest sun_path of all systems holds, less its NUL.
const maxSocketPath = 103

// ErrAlreadyServed is a socket that another server answers.
var ErrAlreadyServed = errors.New("another server is running")

// Listener accepts connections of this user on a Unix socket.
//
// Who may connect is decided three times: the directory is ours alone, the
// socket is ours alone, and the kernel is asked who connected. Who serves is
// decided by a lock on a file beside the socket, which is held for the
// listener's life. Only its holder removes a socket that it finds: without the
// lock, a server that looks at a stale socket could remove the one that another
// has just made in its place. The lock file is never removed, for the same
// reason.
type Listener struct {
	unix *net.UnixListener
	lock *os.File
	log  *slog.Logger
}

// Listen serves the socket at path, an absolute path, and makes its directory if
// need be. It returns ErrAlreadyServed if somebody else does.
func Listen(path string, log *slog.Logger) (*Listener, error) {
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("the socket path %s has %d bytes and may have %d; choose a shorter one", path, len(path), maxSocketPath)
	}
	if err := wire.PrivateDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	unix, err := bind(path)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &Listener{unix: unix, lock: lock, log: log}, nil
}

// bind makes the socket. The caller holds the lock.
func bind(path string) (*net.UnixListener, error) {
	if err := removeStale(path); err != nil {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	// Until here the mode is up to the umask; the directory keeps others out.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// removeStale removes the socket of a server that is gone.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !isSocket(info):
		return fmt.Errorf("%s exists and is no socket; remove it or choose another path", path)
	}
	// A server that does not know of the lock would lose its clients unnoticed.
	if conn, err := net.Dial("unix", path); err == nil {
		return errors.Join(fmt.Errorf("%w on %s, without holding its lock", ErrAlreadyServed, path), conn.Close())
	}
	return os.Remove(path)
}

// Addr is the path of the socket.
func (l *Listener) Addr() string { return l.unix.Addr().String() }

// Accept returns the next connection of this user, and who it is: a zero Peer
// where the system does not tell. Connections of others are closed and logged.
// After Close it returns net.ErrClosed.
func (l *Listener) Accept() (net.Conn, wire.Peer, error) {
	for {
		conn, err := l.unix.AcceptUnix()
		if err != nil {
			return nil, wire.Peer{}, err
		}
		peer, err := wire.PeerOf(conn)
		if err == nil && peer.UID != os.Getuid() {
			err = fmt.Errorf("user %d must not use the socket of user %d", peer.UID, os.Getuid())
		}
		if err == nil || errors.Is(err, wire.ErrPeerUnknown) {
			return conn, peer, nil
		}
		l.log.Warn("connection refused", "err", errors.Join(err, conn.Close()))
	}
}

// Close stops listening, removes the socket, and then lets the next server in.
func (l *Listener) Close() error {
	return errors.Join(l.unix.Close(), l.lock.Close())
}
