package sidecar

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"github.com/tomledger/tomledger/rpc/wire"
)

// ServeStdio serves the client at the other end of in and out. It returns as
// [Server.ServeConn] does.
func (s *Server) ServeStdio(ctx context.Context, in, out *os.File) error {
	rwc, err := Stdio(in, out)
	if err != nil {
		return err
	}
	return s.ServeConn(ctx, rwc, wire.Peer{})
}

// ErrIdle is why a server that was started for clients that are gone has ended.
var ErrIdle = errors.New("nobody has been connected for a while")

// Serve serves all who connect to l until ctx ends, which it tells by the
// context's cause, or until nobody has been connected for idle and no operation
// lives, which it tells by ErrIdle; 0 means never. It closes l.
func (s *Server) Serve(ctx context.Context, l *Listener, idle time.Duration) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(ctx, func() { l.Close() }) // ends Accept
	defer stop()
	if idle > 0 {
		go s.watchIdle(ctx, idle, func() { cancel(ErrIdle) })
	}
	for {
		nc, peer, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if !errors.Is(err, net.ErrClosed) && temporary(err) {
				s.opts.Logger.Warn("accept", "error", err)
				pause(ctx, acceptPause)
				continue
			}
			return errors.Join(err, l.Close())
		}
		// A connection outlives ctx: Shutdown ends it in good order.
		go func() {
			if err := s.ServeConn(context.WithoutCancel(ctx), nc, peer); err != nil {
				s.opts.Logger.Info("connection ended", "pid", peer.PID, "reason", err)
			}
		}()
	}
}

// acceptPause keeps a server that is out of descriptors from spinning.
const acceptPause = 50 * time.Millisecond

// temporary tells whether accepting may work again: one client's trouble, or
// too many open files, must not end the service of the others.
func temporary(err error) bool {
	var ne *net.OpError
	return errors.As(err, &ne)
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// watchIdle calls idle when nobody has been connected for a time and nothing
// lives that somebody might come back to.
func (s *Server) watchIdle(ctx context.Context, after time.Duration, idle func()) {
	timer := time.NewTimer(after)
	defer timer.Stop()
	for {
		busy, changed := s.busy()
		select {
		case <-ctx.Done():
			return
		case <-changed:
			timer.Reset(after)
		case <-timer.C:
			live, err := s.engine.Count(ctx)
			if !busy && err == nil && live == 0 {
				idle()
				return
			}
			timer.Reset(after)
		}
	}
}
