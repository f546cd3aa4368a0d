package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/sidecar/connect"
)

// defaultIdleExit is when a server that was started on demand ends.
const defaultIdleExit = 5 * time.Minute

func (p *program) connectCommand() *cli.Command {
	return &cli.Command{
		Name:  "connect",
		Usage: "connect stdin and stdout to a running serve",
		Description: "Passes on what comes, both ways, for clients that can start a process and\n" +
			"can't open a Unix socket. It ends when the server has answered all that came\n" +
			"before the end of stdin. Exit code 3 means that there is no server.",
		Flags: []cli.Flag{
			ledgerFlag(), socketFlag(),
			&cli.BoolFlag{Name: "auto-start", Usage: "start a server if there is none", DisableDefaultText: true},
			&cli.DurationFlag{Name: "idle-exit", Value: defaultIdleExit, Usage: "when a server that was started so ends, after a `DURATION` without clients"},
		},
		Action: p.connect,
	}
}

func (p *program) connect(c *cli.Context) error {
	if err := operands(c, 0); err != nil {
		return err
	}
	dir, err := ledgerDir(c)
	if err != nil {
		return err
	}
	socket, err := socketPath(c, dir)
	if err != nil {
		return err
	}
	var start *connect.Start
	if c.Bool("auto-start") {
		binary, err := ownBinary()
		if err != nil {
			return err
		}
		start = &connect.Start{Binary: binary, Ledger: dir, Args: []string{"--idle-exit", c.Duration("idle-exit").String()}}
	}
	ctx, stop := withSignals(c.Context)
	defer stop()
	conn, err := connect.Open(ctx, socket, start)
	if errors.Is(err, connect.ErrNoServer) && start == nil {
		return exit(exitNoLedger, "%w; start one with tomledger serve, or let connect do so with --auto-start", err)
	}
	if err != nil {
		return err
	}
	return p.bridge(ctx, conn)
}

// ownBinary is the program to start servers with: this one, unless the bindings
// were told to use another.
func ownBinary() (string, error) {
	if path := os.Getenv("TOMLEDGER_BINARY"); path != "" {
		return path, nil
	}
	return os.Executable()
}

// errServerEnded is a server that closed the connection of its own accord.
var errServerEnded = errors.New("the server has closed the connection")

// bridge copies both ways until the server closes its side, which it does after
// the last answer once ours is closed.
func (p *program) bridge(ctx context.Context, conn net.Conn) error {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends both copies
	defer stop()
	sent := make(chan error, 1) // the reader of stdin may never end, and isn't waited for
	go func() {
		_, err := io.Copy(conn, p.stdin)
		sent <- err // before the server can hear of the end and answer it
		if half, ok := conn.(interface{ CloseWrite() error }); ok && err == nil {
			_ = half.CloseWrite() // fails only if the server is gone, which the other copy notices
		}
	}()
	_, err := io.Copy(p.stdout, conn)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case sendErr := <-sent:
		return errors.Join(err, sendErr, conn.Close())
	default:
		return errors.Join(err, errServerEnded, conn.Close())
	}
}
