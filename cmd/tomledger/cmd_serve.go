package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/sidecar"
	"github.com/tomledger/tomledger/sidecar/connect"
)

func socketFlag() cli.Flag {
	return &cli.StringFlag{Name: "socket", Usage: "the socket's `PATH`; otherwise $TOMLEDGER_SOCKET, or one that follows from the ledger's path"}
}

// socketPath is where the ledger is, or would be, served.
func socketPath(c *cli.Context, dir string) (string, error) {
	return connect.SocketPath(c.String("socket"), dir)
}

func (p *program) serveCommand() *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "serve many clients on a Unix socket",
		Description: "Serves this user's processes until a signal ends it, or until it is idle for\n" +
			"as long as --idle-exit says.",
		Flags: append([]cli.Flag{ledgerFlag(), socketFlag(),
			&cli.DurationFlag{Name: "idle-exit", Usage: "end when for a `DURATION` there were no clients, and no operation lives; 0: never", DefaultText: "0"},
		}, engineFlags()...),
		Action: func(c *cli.Context) error {
			if err := operands(c, 0); err != nil {
				return err
			}
			if c.Duration("idle-exit") < 0 {
				return exit(exitUsage, "--idle-exit must not be negative%s", seeHelp(c))
			}
			return p.withServer(c, false, func(ctx context.Context, s *sidecar.Server, log *slog.Logger) error {
				return p.serve(ctx, c, s, log)
			})
		},
	}
}

func (p *program) serve(ctx context.Context, c *cli.Context, s *sidecar.Server, log *slog.Logger) error {
	dir, err := ledgerDir(c)
	if err != nil {
		return err
	}
	socket, err := socketPath(c, dir)
	if err != nil {
		return err
	}
	l, err := sidecar.Listen(socket, log)
	if errors.Is(err, sidecar.ErrAlreadyServed) {
		return fmt.Errorf("%w; use that one with tomledger connect, or choose another --socket", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "tomledger: serving %s on %s\n", dir, l.Addr())
	err = s.Serve(ctx, l, c.Duration("idle-exit"))
	if errors.Is(err, sidecar.ErrIdle) {
		return nil
	}
	return err
}
