package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/sidecar"
)

// stopTimeout bounds how long a sidecar takes to end in good order.
const stopTimeout = 10 * time.Second

func engineFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "durability", Value: string(ledger.BalancedDurability),
			Usage: "what an acknowledged change survives: process, balanced or disk, each `SETTING` more than the one before"},
		&cli.DurationFlag{Name: "lock-timeout", Value: 2 * time.Second, Usage: "how long to wait for another process's lock on an operation"},
		&cli.IntFlag{Name: "keep-backups", Value: 20, Usage: "how many archived operations to keep, the newest `N`; -1: all"},
		&cli.DurationFlag{Name: "keep-backups-for", Usage: "how long to keep an archived operation; 0: any time"},
		&cli.Int64Flag{Name: "keep-backup-bytes", Usage: "how many `BYTES` archived operations may take together; 0: any"},
		&cli.Int64Flag{Name: "trail-events", Usage: "how many events of a live operation to keep, at least the newest `N`; 0: all"},
		&cli.Int64Flag{Name: "trail-bytes", Usage: "how many `BYTES` the trail of a live operation may take; 0: any"},
		&cli.DurationFlag{Name: "trail-age", Usage: "how old events of a live operation may become; 0: any age"},
		&cli.StringFlag{Name: "log-level", Value: "warn", Usage: "debug, info, warn or error: the least `LEVEL` of messages to stderr"},
	}
}

func engineOptions(c *cli.Context, log *slog.Logger) ledger.Options {
	return ledger.Options{
		Durability: ledger.Durability(c.String("durability")), LockTimeout: c.Duration("lock-timeout"), Logger: log,
		Retention: ledger.Retention{
			Backups: c.Int("keep-backups"), BackupAge: c.Duration("keep-backups-for"), BackupBytes: c.Int64("keep-backup-bytes"),
			TrailEvents: c.Int64("trail-events"), TrailBytes: c.Int64("trail-bytes"), TrailAge: c.Duration("trail-age"),
		},
	}
}

// logger writes to stderr, which no client has to read.
func (p *program) logger(c *cli.Context) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(strings.ToUpper(c.String("log-level")))); err != nil {
		return nil, exit(exitUsage, "--log-level is debug, info, warn or error, not %q", c.String("log-level"))
	}
	return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: level})), nil
}

// withServer opens the ledger, serves, and ends in good order whatever ended it:
// the client, a signal, or an error. serve returns soon after the server has
// been shut down.
func (p *program) withServer(c *cli.Context, oneClient bool, serve func(context.Context, *sidecar.Server, *slog.Logger) error) error {
	log, err := p.logger(c)
	if err != nil {
		return err
	}
	dir, err := ledgerDir(c)
	if err != nil {
		return err
	}
	engine, err := ledger.Open(dir, engineOptions(c, log))
	if err != nil {
		return err
	}
	server := sidecar.New(engine, sidecar.Options{Version: version, Path: dir, Backend: "file", OneClient: oneClient, Logger: log})
	ctx, stop := withSignals(c.Context)
	defer stop()
	defer outliveReaders()()

	served := make(chan error, 1)
	go func() { served <- serve(ctx, server, log) }()
	select {
	case err = <-served:
		err = errors.Join(err, shutdown(server))
	case <-ctx.Done():
		err = shutdown(server)
		<-served //nolint:errcheck // the reason is known
	}
	err = errors.Join(err, engine.Close())
	var by signalled
	if !errors.As(context.Cause(ctx), &by) {
		return err
	}
	if err != nil && !errors.As(err, new(signalled)) {
		log.Error("did not end in good order", "error", err)
	}
	return by
}

func shutdown(s *sidecar.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return s.Shutdown(ctx)
}
