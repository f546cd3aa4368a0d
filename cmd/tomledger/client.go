package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/rpc/wire"
	"github.com/tomledger/tomledger/sidecar"
	"github.com/tomledger/tomledger/sidecar/connect"
)

// goodbyeTimeout bounds how long a sidecar may take over a goodbye.
const goodbyeTimeout = 5 * time.Second

// withClient runs do with a client of the ledger: of a running server, if there
// is one, otherwise of a sidecar inside this process.
func (p *program) withClient(ctx context.Context, c *cli.Context, dir, participant string, do func(*connect.Client) error) error {
	log := slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	none := int64(0)
	opts := connect.Options{Logger: log, Initialize: rpc.InitializeParams{ParticipantID: participant,
		ClientInfo: &rpc.ClientInfo{Name: "tomledger", Version: version}, StaleAfterMs: &none}}
	client, err := dialServer(ctx, c, dir, opts)
	if err != nil {
		return err
	}
	if client == nil {
		return withEmbedded(ctx, dir, opts, do)
	}
	return withGoodbye(client, do)
}

// withGoodbye ends the client's sessions whatever do returns.
func withGoodbye(client *connect.Client, do func(*connect.Client) error) error {
	err := do(client)
	ctx, cancel := context.WithTimeout(context.Background(), goodbyeTimeout)
	defer cancel()
	if bye := client.Goodbye(ctx); err == nil {
		return bye
	}
	return err
}

// dialServer returns nil if no server serves this ledger. A server that was
// named must be there; the default one and that of the environment need not be,
// and the latter may serve another ledger than the one that was named.
func dialServer(ctx context.Context, c *cli.Context, dir string, opts connect.Options) (*connect.Client, error) {
	socket, err := socketPath(c, dir)
	if err != nil {
		return nil, err
	}
	client, err := connect.Dial(ctx, socket, nil, opts)
	if errors.Is(err, connect.ErrNoServer) && !c.IsSet("socket") {
		return nil, nil
	}
	if err != nil || !c.IsSet("ledger") || c.IsSet("socket") || samePath(client.Info.Ledger.Path, dir) {
		return client, err
	}
	client.Close()
	return nil, nil
}

func samePath(a, b string) bool {
	realA, errA := filepath.EvalSymlinks(a)
	realB, errB := filepath.EvalSymlinks(b)
	return errA == nil && errB == nil && realA == realB
}

// withEmbedded runs a sidecar in this process, over a pipe, for one client.
func withEmbedded(ctx context.Context, dir string, opts connect.Options, do func(*connect.Client) error) error {
	engine, err := ledger.Open(dir, ledger.Options{Logger: opts.Logger})
	if err != nil {
		return err
	}
	server := sidecar.New(engine, sidecar.Options{Version: version, Path: dir, Backend: "file", Logger: opts.Logger})
	near, far := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- server.ServeConn(context.WithoutCancel(ctx), far, wire.Peer{}) }()
	client, err := connect.New(ctx, near, opts)
	if err == nil {
		err = withGoodbye(client, do)
	}
	if serveErr := <-served; err == nil {
		err = serveErr
	}
	return errors.Join(err, shutdown(server), engine.Close())
}
