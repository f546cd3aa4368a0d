package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/sidecar"
)

// stopTimeout bounds how long a sidecar takes to end in good order.
const stopTimeout = 10 * time.Second

func (p *program) stdioCommand() *cli.Command {
	return &cli.Command{
		Name:      "stdio",
		Usage:     "serve one client over stdin and stdout",
		ArgsUsage: " ",
		Flags:     append([]cli.Flag{ledgerFlag()}, engineFlags()...),
		Action: func(c *cli.Context) error {
			return p.withServer(c, true, func(ctx context.Context, s *sidecar.Server) error {
				out, ok := p.stdout.(*os.File)
				if !ok {
					return errors.New("stdout is no file")
				}
				return s.ServeStdio(ctx, p.stdin, out)
			})
		},
	}
}

// withServer opens the ledger, serves, and ends in good order whatever ended it:
// the client, a signal, or an error.
func (p *program) withServer(c *cli.Context, oneClient bool, serve func(context.Context, *sidecar.Server) error) error {
	log, err := p.logger(c)
	if err != nil {
		return err
	}
	dir, err := ledgerDir(c)
	if err != nil {
		return err
	}
	opts := ledger.Options{Durability: ledger.Durability(c.String("durability")), Logger: log}
	engine, err := ledger.Open(dir, opts)
	if err != nil {
		return err
	}
	server := sidecar.New(engine, sidecar.Options{Version: version, Path: dir, Backend: "file", OneClient: oneClient, Logger: log})
	ctx, stop := withSignals(c.Context)
	defer stop()
	err = serve(ctx, server)
	end, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if shut := errors.Join(server.Shutdown(end), engine.Close()); err == nil {
		err = shut
	}
	var sig signalled
	if errors.As(context.Cause(ctx), &sig) {
		return sig
	}
	return err
}

// withSignals ends the context at the first signal that asks a process to end.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case s := <-signals:
			cancel(signalled{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

func engineFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "durability", Value: "balanced", Usage: "what an acknowledged change survives: `process`, balanced or disk"},
		&cli.StringFlag{Name: "log-level", Value: "warn", Usage: "debug, info, warn or error messages to stderr"},
	}
}

// logger writes to stderr, which no client has to read: what doesn't fit is lost.
func (p *program) logger(c *cli.Context) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(strings.ToUpper(c.String("log-level")))); err != nil {
		return nil, exit(exitUsage, "--log-level: %w", err)
	}
	return slog.New(slog.NewTextHandler(neverBlocking(p.stderr), &slog.HandlerOptions{Level: level})), nil
}

func neverBlocking(w io.Writer) io.Writer { return w }

func ledgerFlag() cli.Flag {
	return &cli.StringFlag{Name: "ledger", Usage: "the ledger `DIR`; otherwise $TOMLEDGER_DIR, or _ai/operation_ledger in the workspace"}
}

func ledgerDir(c *cli.Context) (string, error) {
	dir := c.String("ledger")
	if dir == "" {
		dir = os.Getenv("TOMLEDGER_DIR")
	}
	if dir == "" {
		dir = "_ai/operation_ledger"
	}
	return filepath.Abs(dir)
}
