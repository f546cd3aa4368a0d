package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/sidecar/connect"
)

func (p *program) callCommand() *cli.Command {
	return &cli.Command{
		Name:      "call",
		Usage:     "call a method of the protocol and print its result",
		ArgsUsage: "METHOD [JSON]",
		Description: "JSON is the object of parameters, or - to read it from stdin. The call goes to\n" +
			"a running server if there is one, otherwise to the ledger itself. What it\n" +
			"joined is left when it is done: a session lasts as long as its connection.\n" +
			"protocol.md describes the methods, and tomledger call rpc.discover lists them.",
		Flags: []cli.Flag{
			ledgerFlag(), socketFlag(),
			&cli.StringFlag{Name: "participant", Value: "tomledger", Usage: "the `ID` to take part with"},
		},
		BashComplete: p.completes(func(c *cli.Context) []string {
			if c.NArg() > 0 {
				return nil
			}
			return methodNames()
		}),
		Action: p.call,
	}
}

func methodNames() (names []string) {
	for _, m := range rpc.Methods() {
		names = append(names, m.Name)
	}
	return names
}

func (p *program) call(c *cli.Context) error {
	if err := operands(c, 2, "the method"); err != nil {
		return err
	}
	method := c.Args().First()
	params, err := p.params(c.Args().Get(1))
	if err != nil {
		return err
	}
	// A typing error must not make a ledger; only what begins an operation may.
	locate := existingLedger
	if method == rpc.MethodOperationCreate || c.IsSet("socket") {
		locate = ledgerDir
	}
	dir, err := locate(c)
	if err != nil {
		return err
	}
	ctx, stop := withSignals(c.Context)
	defer stop()
	var result json.RawMessage
	err = p.withClient(ctx, c, dir, c.String("participant"), func(client *connect.Client) error {
		return client.Caller.Call(ctx, method, params, &result)
	})
	if err != nil {
		return callError(ctx, method, err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, result, "", "  "); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, indented.String())
	return err
}

// params is the object of parameters: as given, from stdin, or empty.
func (p *program) params(given string) (json.RawMessage, error) {
	text := []byte(given)
	switch given {
	case "":
		text = []byte("{}")
	case "-":
		var err error
		if text, err = io.ReadAll(p.stdin); err != nil {
			return nil, err
		}
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil || object == nil {
		return nil, exit(exitUsage, "the parameters must be a JSON object, such as '{\"operationId\": \"...\"}'%s", because(err))
	}
	return text, nil
}

func because(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}

// callError adds what helps a person to a sidecar's error.
func callError(ctx context.Context, method string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var refused *rpc.Error
	if !errors.As(err, &refused) {
		return err
	}
	hint := ""
	if refused.Code == rpc.CodeMethodNotFound {
		hint = didYouMean(method, methodNames())
	}
	sentence := strings.TrimSuffix(refused.Message, ".")
	return exit(exitCode(err), "%s%s (%s, %d)", sentence, hint, refused.Code, int64(refused.Code))
}
