package connect

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/tomledger/tomledger/rpc/wire"
)

// ErrNoServer is a socket that nobody answers.
var ErrNoServer = errors.New("no tomledger server is running here")

// Dial connects to the server on a socket and introduces the client. With start
// it starts a server if none answers; nil returns ErrNoServer instead.
//
// A server that is just ending, idle or killed, still takes connections until
// its socket is closed. With start, one that closes before it has answered is
// taken for such a one, and the next is dialled.
func Dial(ctx context.Context, socket string, start *Start, opts Options) (*Client, error) {
	for attempt := 1; ; attempt++ {
		conn, err := Open(ctx, socket, start)
		if err != nil {
			return nil, err
		}
		client, err := New(ctx, conn, opts)
		if err == nil || start == nil || attempt == maxIntroductions || !errors.Is(err, wire.ErrClosed) {
			return client, err
		}
	}
}

// maxIntroductions is how many servers may end on us before we give up.
const maxIntroductions = 3

// Open is Dial without the introduction, for somebody who passes the bytes on.
func Open(ctx context.Context, socket string, start *Start) (net.Conn, error) {
	conn, err := dial(ctx, socket)
	if errors.Is(err, ErrNoServer) && start != nil {
		return start.dial(ctx, socket)
	}
	return conn, err
}

// dial connects to a server of this user.
func dial(ctx context.Context, socket string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", ErrNoServer, err)
	}
	peer, err := wire.PeerOf(conn)
	if err == nil && peer.UID != os.Getuid() {
		err = fmt.Errorf("the server on %s belongs to user %d; it is not used", socket, peer.UID)
	}
	if err != nil && !errors.Is(err, wire.ErrPeerUnknown) {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
