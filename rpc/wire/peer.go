package wire

import "errors"

// Peer is who is at the other end of a Unix socket, as the kernel tells it.
type Peer struct {
	// UID is the user the process ran as when it connected or listened.
	UID int
	// PID is the process; 0 if this system does not tell.
	PID int
}

// ErrPeerUnknown is a connection, or a system, that does not tell who the peer is.
var ErrPeerUnknown = errors.New("the peer's credentials are not available here")
