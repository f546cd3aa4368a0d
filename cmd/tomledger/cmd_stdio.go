package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/sidecar"
)

func (p *program) stdioCommand() *cli.Command {
	return &cli.Command{
		Name:  "stdio",
		Usage: "serve one client over stdin and stdout",
		Description: "Speaks JSON-RPC 2.0 with the process that started it, framed by Content-Length\n" +
			"headers or, if the client begins with {, by newlines. It ends with its client.",
		Flags: append([]cli.Flag{ledgerFlag()}, engineFlags()...),
		Action: func(c *cli.Context) error {
			if err := operands(c, 0); err != nil {
				return err
			}
			out, ok := p.stdout.(*os.File)
			if !ok {
				return errors.New("stdout is no file")
			}
			return p.withServer(c, true, func(ctx context.Context, s *sidecar.Server, _ *slog.Logger) error {
				// A signal ends the connection in good order, by Shutdown.
				err := s.ServeStdio(context.WithoutCancel(ctx), p.stdin, out)
				if readerIsGone(err) {
					return nil // the client closed both ends, and its sessions are left
				}
				return err
			})
		},
	}
}
