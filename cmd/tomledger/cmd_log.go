package main

import (
	"bufio"
	"context"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

func (p *program) logCommand() *cli.Command {
	return &cli.Command{
		Name:        "log",
		Usage:       "print what happened in an operation, for people",
		ArgsUsage:   "OP",
		Description: operationHelp + " With --json there is one object a line.",
		Flags: []cli.Flag{
			ledgerFlag(),
			&cli.BoolFlag{Name: "follow", Aliases: []string{"f"}, Usage: "go on until the operation ends", DisableDefaultText: true},
			&cli.BoolFlag{Name: "debug", Usage: "print debug lines, too", DisableDefaultText: true},
			jsonFlag(),
		},
		BashComplete: p.completes(p.operationIDs),
		Action: func(c *cli.Context) error {
			return p.withOperation(c, func(ctx context.Context, l *reader, id string) error {
				emit := p.logPrinter(c)
				if c.Bool("follow") {
					return l.follow(ctx, id, emit)
				}
				return l.events(ctx, id, emit)
			})
		},
	}
}

// logEntry is a line of the log as JSON.
type logEntry struct {
	Seq           int64           `json:"seq"`
	At            rpc.Time        `json:"at"`
	Level         ledger.LogLevel `json:"level"`
	ParticipantID string          `json:"participantId,omitempty"`
	Line          string          `json:"line"`
}

// logPrinter prints the log lines of events; each batch is written at once.
func (p *program) logPrinter(c *cli.Context) func([]*ledger.Event) error {
	screen, debug, asJSON := p.terminal(), c.Bool("debug"), c.Bool("json")
	out := bufio.NewWriter(p.stdout)
	lines := jsonLines(out)
	return func(events []*ledger.Event) error {
		for _, e := range events {
			line, level := ledger.LogLine(e)
			if line == "" || level == ledger.LevelDebug && !debug {
				continue
			}
			if asJSON {
				entry := logEntry{e.Seq, rpc.NewTime(e.At), level, e.ParticipantID, line}
				if err := lines.Encode(entry); err != nil {
					return err
				}
			} else if err := writeLine(out, screen.paint(levelStyle(level), printable(line))); err != nil {
				return err
			}
		}
		return out.Flush()
	}
}

func writeLine(w io.StringWriter, line string) error {
	_, err := w.WriteString(line + "\n")
	return err
}

func levelStyle(l ledger.LogLevel) style {
	switch l {
	case ledger.LevelError:
		return red
	case ledger.LevelWarning:
		return yellow
	case ledger.LevelDebug:
		return dim
	default:
		return plain
	}
}
