package wire

import (
	"fmt"
	"net"

	"golang.org/x/sys/unix"
)

// PeerOf returns who is at the other end of a Unix socket. The error wraps
// ErrPeerUnknown for any other connection.
func PeerOf(conn net.Conn) (Peer, error) {
	uc, ok := conn.(*net.UnixConn)
	if !ok {
		return Peer{}, fmt.Errorf("%w: %T is no Unix socket", ErrPeerUnknown, conn)
	}
	raw, err := uc.SyscallConn()
	if err != nil {
		return Peer{}, err
	}
	var cred *unix.Xucred
	var credErr, pidErr error
	pid := 0
	err = raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptXucred(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
		pid, pidErr = unix.GetsockoptInt(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERPID)
	})
	if err != nil {
		return Peer{}, err
	}
	if credErr != nil {
		return Peer{}, fmt.Errorf("read peer credentials: %w", credErr)
	}
	if pidErr != nil {
		pid = 0 // the uid is what decides; a pid is evidence
	}
	return Peer{UID: int(cred.Uid), PID: pid}, nil
}
