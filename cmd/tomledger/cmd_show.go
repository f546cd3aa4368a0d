package main

import (
	"context"
	"errors"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/ledger"
)

func (p *program) showCommand() *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "show an operation: participants, calls, resources, log",
		ArgsUsage: "OP",
		Description: operationHelp + "\n\nShows the operation as it is, or with one of the --at options as it was.\n" +
			"With --json it is the document that operation/get returns.",
		Flags: []cli.Flag{
			ledgerFlag(),
			&cli.Int64Flag{Name: "at-seq", Usage: "show it after the event with the number `SEQ`", DefaultText: "the last"},
			&cli.DurationFlag{Name: "at-elapsed", Usage: "show it as it was a `DURATION`, such as 1m30s, after its start", DefaultText: "now"},
			jsonFlag(),
		},
		BashComplete: p.completes(p.operationIDs),
		Action: func(c *cli.Context) error {
			if c.IsSet("at-seq") && c.IsSet("at-elapsed") {
				return exit(exitUsage, "give either --at-seq or --at-elapsed%s", seeHelp(c))
			}
			return p.withOperation(c, func(ctx context.Context, l *reader, id string) error {
				document, err := l.documentAt(ctx, c, id)
				if err != nil {
					return err
				}
				if c.Bool("json") {
					return writeJSON(p.stdout, document)
				}
				s := &sheet{document: document, out: p.stdout, screen: p.terminal(), now: time.Now()}
				var damage error
				s.log, damage = l.tail(ctx, document)
				if n := len(s.log); n > 0 && (c.IsSet("at-seq") || c.IsSet("at-elapsed")) {
					s.now = s.log[n-1].At // ages are those of then
				}
				return errors.Join(s.write(), damage)
			})
		},
	}
}

// documentAt reads the operation at the instant that the flags name.
func (l *reader) documentAt(ctx context.Context, c *cli.Context, id string) (*ledger.Document, error) {
	var until func(*ledger.Event) bool
	switch {
	case c.IsSet("at-seq"):
		until = func(e *ledger.Event) bool { return e.Seq <= c.Int64("at-seq") }
	case c.IsSet("at-elapsed"):
		until = func(e *ledger.Event) bool { return e.Elapsed <= c.Duration("at-elapsed") }
	default:
		return l.DocumentOf(ctx, id)
	}
	state, err := l.StateAt(ctx, id, until)
	if err != nil {
		return nil, err
	}
	return state.Document(nil), nil
}

// tailEvents is how many events back the newest log lines are looked for.
const tailEvents = 100

// tail returns the last events up to a document. Of a damaged log it returns
// the good ones, too.
func (l *reader) tail(ctx context.Context, d *ledger.Document) ([]*ledger.Event, error) {
	var events []*ledger.Event
	for e, err := range l.Events(ctx, d.OperationID, max(0, d.Seq-tailEvents)) {
		if err != nil {
			return events, err
		}
		if e.Seq > d.Seq {
			break
		}
		events = append(events, e)
	}
	return events, nil
}
