package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/rpc/wire"
)

// Client is an introduced connection to a sidecar: the typed methods of
// [rpc.Client], and what the sidecar said of itself.
type Client struct {
	rpc.Client
	// Info is the sidecar's half of the introduction.
	Info *rpc.InitializeResult

	conn   *wire.Conn
	served chan struct{} // closed when nothing more arrives
	err    error         // why not; written before
}

// Options say who the client is.
type Options struct {
	// Initialize is how the client introduces itself. ParticipantID is required;
	// ProtocolVersion and PID are filled in.
	Initialize rpc.InitializeParams
	// Events receives the sidecar's notifications, in order, on the goroutine that
	// reads: it must not call the sidecar and wait. Nil ignores them.
	Events rpc.Events
	// Limits bounds the connection.
	Limits wire.Limits
	// Logger receives what can't be returned. Nil discards it.
	Logger *slog.Logger
}

// New introduces a client over a connection to a sidecar, which it owns from now
// on. It returns the sidecar's *rpc.Error if that refuses, and one with
// versionMismatch if the sidecar is the one that is too old.
func New(ctx context.Context, rwc io.ReadWriteCloser, opts Options) (*Client, error) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	conn := wire.NewConn(rwc, wire.Options{
		Notification: func(name string, params []byte) {
			if opts.Events == nil {
				return
			}
			if _, err := rpc.DispatchEvent(name, params, opts.Events); err != nil {
				opts.Logger.Warn("event can't be read", "event", name, "err", err)
			}
		},
		Limits: opts.Limits,
		Logger: opts.Logger,
	})
	c := &Client{Client: rpc.Client{Caller: conn, Notifier: conn}, conn: conn, served: make(chan struct{})}
	go func() {
		defer close(c.served)
		c.err = conn.Serve(context.Background(), nil)
		_ = conn.Close() // it can't fail
	}()
	if err := c.introduce(ctx, opts.Initialize); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// introduce says initialize.
func (c *Client) introduce(ctx context.Context, p rpc.InitializeParams) error {
	if p.ProtocolVersion == "" {
		p.ProtocolVersion = rpc.ProtocolVersion
	}
	if p.PID == 0 {
		p.PID = int64(os.Getpid())
	}
	info, err := c.Initialize(ctx, &p)
	if err != nil {
		return err
	}
	if major(info.ProtocolVersion) != major(rpc.ProtocolVersion) {
		return rpc.NewError(rpc.CodeVersionMismatch,
			fmt.Sprintf("This client speaks protocol %s and %s %s speaks %s; use the same major version of both.",
				rpc.ProtocolVersion, info.Server.Name, info.Server.Version, info.ProtocolVersion),
			rpc.ErrorData{ClientVersion: rpc.ProtocolVersion, ServerVersion: info.ProtocolVersion})
	}
	c.Info = info
	return nil
}

func major(version string) string {
	m, _, _ := strings.Cut(version, ".")
	return m
}

// Done is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.served }

// Err is why the connection ended, after Done: nil if the sidecar ended it
// cleanly, wire.ErrClosed if this side did.
func (c *Client) Err() error {
	<-c.served
	return c.err
}

// Goodbye leaves all sessions and closes the connection, so that nobody takes
// this client for lost. It closes the connection in any case.
func (c *Client) Goodbye(ctx context.Context) error {
	defer c.Close()
	_, err := c.Shutdown(ctx, &rpc.Empty{})
	if errors.Is(err, wire.ErrClosed) {
		return nil // the sidecar was quicker to close than we to read the answer
	}
	return err
}

// Close closes the connection without a word: the sidecar takes this client for
// lost. It returns when nothing more arrives.
func (c *Client) Close() {
	_ = c.conn.Close() // it can't fail
	<-c.served
}

// backoff waits a little longer each time.
type backoff struct{ next time.Duration }

// wait tells whether ctx let it wait.
func (b *backoff) wait(ctx context.Context) bool {
	b.next = min(max(2*b.next, 2*time.Millisecond), 100*time.Millisecond)
	select {
	case <-time.After(b.next):
		return true
	case <-ctx.Done():
		return false
	}
}
