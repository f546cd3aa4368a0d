package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/sidecar"
)

func (p *program) trailCommand() *cli.Command {
	return &cli.Command{
		Name:        "trail",
		Usage:       "print every event of an operation",
		ArgsUsage:   "OP",
		Description: operationHelp + " With --json there is one event a line, as operation/trail\nreturns them.",
		Flags: []cli.Flag{
			ledgerFlag(),
			&cli.Int64Flag{Name: "after", Usage: "begin after the event with the number `SEQ`", DefaultText: "0"},
			jsonFlag(),
		},
		BashComplete: p.completes(p.operationIDs),
		Action: func(c *cli.Context) error {
			emit := p.printTrail
			if c.Bool("json") {
				emit = p.printTrailJSON
			}
			return p.withOperation(c, func(ctx context.Context, l *reader, id string) error {
				_, err := l.eventsAfter(ctx, id, c.Int64("after"), emit)
				return err
			})
		},
	}
}

func (p *program) printTrailJSON(events []*ledger.Event) error {
	out := bufio.NewWriter(p.stdout)
	lines := jsonLines(out)
	for _, e := range events {
		event, err := sidecar.EventToWire(e)
		if err != nil {
			return err
		}
		if err := lines.Encode(event); err != nil {
			return err
		}
	}
	return out.Flush()
}

// printTrail prints events in columns of fixed width: a trail may be too long
// to look at all of it before the first line.
func (p *program) printTrail(events []*ledger.Event) error {
	screen := p.terminal()
	out := bufio.NewWriter(p.stdout)
	for _, e := range events {
		data, err := e.DataJSON()
		if err != nil {
			return err
		}
		by := e.ParticipantID
		if e.SessionID > 0 {
			by += "#" + strconv.FormatInt(e.SessionID, 10)
		}
		front := fmt.Sprintf("%6d  %10.3fs  %-22s  %-12s  ", e.Seq, e.Elapsed.Seconds(), e.Type(), by)
		if err := writeLine(out, cut(printable(front+oneLine(data)), screen.width)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// oneLine writes what an event says on one line.
func oneLine(data json.RawMessage) string {
	if string(data) == "{}" {
		return ""
	}
	return string(data)
}
