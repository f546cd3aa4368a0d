package main

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/sidecar/connect"
)

func (p *program) abortCommand() *cli.Command {
	return &cli.Command{
		Name:      "abort",
		Usage:     "ask everybody in an operation to stop",
		ArgsUsage: "OP",
		Description: operationHelp + " Sets the abort flag; every participant is told at\n" +
			"once, and the record says who asked and why.",
		Flags: []cli.Flag{
			ledgerFlag(), socketFlag(),
			&cli.StringFlag{Name: "reason", Usage: "why, in one `SENTENCE`"},
			&cli.BoolFlag{Name: "clear", Usage: "clear the flag", DisableDefaultText: true},
			&cli.StringFlag{Name: "participant", Value: "tomledger", Usage: "the `ID` of who asks"},
		},
		BashComplete: p.completes(p.operationIDs),
		Action:       p.abort,
	}
}

func (p *program) abort(c *cli.Context) error {
	if err := operands(c, 1, "the operation"); err != nil {
		return err
	}
	l, err := p.openReader(c)
	if err != nil {
		return err
	}
	id, err := l.resolve(c.Context, c.Args().First(), false)
	if err := errors.Join(err, l.Close()); err != nil {
		return err
	}
	ctx, stop := withSignals(c.Context)
	defer stop()
	set := !c.Bool("clear")
	err = p.withClient(ctx, c, l.dir, c.String("participant"), func(client *connect.Client) error {
		_, err := client.OperationAbort(ctx, &rpc.OperationAbortParams{OperationID: id, Value: &set, Reason: c.String("reason")})
		return err
	})
	if err != nil {
		return callError(ctx, rpc.MethodOperationAbort, err)
	}
	done := "aborted"
	if !set {
		done = "no longer aborted"
	}
	fmt.Fprintf(p.stderr, "%s is %s\n", id, done)
	return nil
}
