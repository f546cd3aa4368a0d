package sidecar

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/rpc/wire"
)

// Options configure a server. The zero value serves a memory ledger to few.
type Options struct {
	// Version is the version of the binary.
	Version string
	// OneClient ends the connection after a goodbye instead of waiting for the
	// client to do so: a stdio sidecar lives for its client only.
	OneClient bool
	// Path is the absolute path of the ledger directory, Backend what keeps it.
	Path, Backend string
	// Limits bound a connection.
	Limits wire.Limits
	// MaxConnections is how many clients are served at once: 1024, if 0.
	MaxConnections int
	// Logger gets what is not a client's business; nil: nothing.
	Logger *slog.Logger
}

// Server serves one engine to any number of connections. Closing the engine is
// its opener's business, after Shutdown.
type Server struct {
	engine *ledger.Engine
	opts   Options

	mu       sync.Mutex // guards what follows
	conns    map[*conn]struct{}
	parked   map[string]*parked // by resume token: sessions whose connection broke
	changed  chan struct{}      // closed and replaced when conns or parked change
	stopping bool
	work     sync.WaitGroup // connections, parked sessions and tidying

	stopTidying func()
}

// New makes a server. Shutdown must follow.
func New(engine *ledger.Engine, opts Options) *Server {
	if opts.MaxConnections == 0 {
		opts.MaxConnections = 1024
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	opts.Limits = opts.Limits.WithDefaults()
	s := &Server{engine: engine, opts: opts, conns: map[*conn]struct{}{}, parked: map[string]*parked{},
		changed: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	s.stopTidying = cancel
	s.work.Go(func() { s.tidy(ctx) })
	return s
}

// tidy finishes what engines that died have left half done. Nobody waits for it.
func (s *Server) tidy(ctx context.Context) {
	finished, err := s.engine.Tidy(ctx)
	if err != nil && ctx.Err() == nil {
		s.opts.Logger.Warn("unfinished operations can't be looked for", "error", err)
	}
	for _, id := range finished {
		s.opts.Logger.Info("finished an operation whose engine had died", "operation", id)
	}
}

var errTooMany = errors.New("too many connections")

// ServeConn serves one client until it says goodbye, its connection ends or ctx
// does. It returns nil after a goodbye and at the stream's end between two
// messages, and an error that says why otherwise.
func (s *Server) ServeConn(ctx context.Context, rwc io.ReadWriteCloser, peer wire.Peer) error {
	c := &conn{server: s, peer: peer, id: "conn-" + uuid.NewString()[:8], token: rand.Text(), follows: map[string]*follow{}}
	c.wire = wire.NewConn(rwc, wire.Options{Lookup: rpc.Lookup, Admit: c.admit, Limits: s.opts.Limits, Logger: s.opts.Logger})
	defer c.wire.Close()
	if err := s.add(c); err != nil {
		return err
	}
	defer s.work.Done()
	err := c.wire.Serve(ctx, c)
	c.wind(err)
	s.remove(c)
	if c.saidGoodbye() {
		return nil
	}
	return err
}

// goodbyeTimeout bounds how long answers to a client that is leaving may take.
const goodbyeTimeout = 5 * time.Second

func (s *Server) add(c *conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping || len(s.conns) >= s.opts.MaxConnections {
		return errTooMany
	}
	s.conns[c] = struct{}{}
	s.work.Add(1)
	s.changedLocked()
	return nil
}

func (s *Server) remove(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	s.changedLocked()
}

func (s *Server) changedLocked() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// busy tells whether somebody is connected or may come back, and a channel that
// is closed when that may have changed.
func (s *Server) busy() (bool, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)+len(s.parked) > 0, s.changed
}

// Shutdown ends all connections: what is being answered is answered, sessions
// are left. When ctx ends first, connections are closed as they are.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stopTidying()
	s.mu.Lock()
	s.stopping = true
	conns := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		conns = append(conns, c)
	}
	waiting := s.parked
	s.parked = map[string]*parked{}
	s.mu.Unlock()
	for _, p := range waiting {
		p.expire()
	}
	for _, c := range conns {
		go c.stop(ctx)
	}
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		for _, c := range conns {
			c.wire.Close()
		}
		<-done
		return context.Cause(ctx)
	}
}
