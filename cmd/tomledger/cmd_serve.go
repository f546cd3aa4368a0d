package main

import (
	"context"
	"errors"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/sidecar"
)

func (p *program) serveCommand() *cli.Command {
	return &cli.Command{
		Name:      "serve",
		Usage:     "serve many clients on a Unix socket",
		ArgsUsage: " ",
		Flags: append([]cli.Flag{ledgerFlag(),
			&cli.StringFlag{Name: "socket", Usage: "the socket `PATH`", Required: true},
			&cli.DurationFlag{Name: "idle-exit", Usage: "end after so long without clients and live operations; 0: never"},
		}, engineFlags()...),
		Action: func(c *cli.Context) error {
			return p.withServer(c, false, func(ctx context.Context, s *sidecar.Server) error {
				log, err := p.logger(c)
				if err != nil {
					return err
				}
				l, err := sidecar.Listen(c.String("socket"), log)
				if err != nil {
					return err
				}
				log.Info("serving", "socket", l.Addr())
				err = s.Serve(ctx, l, c.Duration("idle-exit"))
				if errors.Is(err, sidecar.ErrIdle) {
					return nil
				}
				return err
			})
		},
	}
}
