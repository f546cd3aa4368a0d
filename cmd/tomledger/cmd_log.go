package main

import (
	"bufio"
	"context"
	"io"
	"sync"

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
				print := p.logPrinter(c)
				if c.Bool("follow") {
					return l.follow(ctx, id, print)
				}
				return l.events(ctx, id, print)
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

// batchSize is how many events of the past are printed with one write.
const batchSize = 256

// events hands over the events of an operation so far.
func (l *reader) events(ctx context.Context, id string, print func([]*ledger.Event) error) error {
	_, err := l.eventsAfter(ctx, id, 0, print)
	return err
}

// eventsAfter returns the number of the last event.
func (l *reader) eventsAfter(ctx context.Context, id string, seq int64, print func([]*ledger.Event) error) (int64, error) {
	var batch []*ledger.Event
	for e, err := range l.Events(ctx, id, seq) {
		if err != nil {
			return seq, err
		}
		batch, seq = append(batch, e), e.Seq
		if len(batch) == batchSize {
			if err := print(batch); err != nil {
				return seq, err
			}
			batch = nil
		}
	}
	return seq, print(batch)
}

// follow hands over the events so far and what comes, until the operation ends.
func (l *reader) follow(ctx context.Context, id string, print func([]*ledger.Event) error) error {
	news := newUpdates()
	sub, err := l.Subscribe(id, news.add)
	if err != nil {
		return err
	}
	defer sub.Stop()
	// When the state is known the subscription has begun: whatever the log does
	// not hold now will come as an update.
	state, err := l.State(ctx, id)
	if err != nil {
		return err
	}
	seen, err := l.eventsAfter(ctx, id, 0, print)
	if err != nil {
		return err
	}
	for ended := state.Phase.Ended(); !ended; {
		updates, err := news.wait(ctx)
		if err != nil {
			return err
		}
		for _, u := range updates {
			if u.Err != nil {
				return u.Err
			}
			fresh := u.Events
			for len(fresh) > 0 && fresh[0].Seq <= seen {
				fresh = fresh[1:]
			}
			if len(fresh) > 0 {
				seen = fresh[len(fresh)-1].Seq
			}
			if err := print(fresh); err != nil {
				return err
			}
			ended = ended || u.State.Phase.Ended()
		}
	}
	return nil
}

// updates keeps what a subscription tells until somebody has the time.
type updates struct {
	mu   sync.Mutex
	list []ledger.Update
	some chan struct{} // has an element if there may be some
}

func newUpdates() *updates { return &updates{some: make(chan struct{}, 1)} }

func (u *updates) add(update ledger.Update) {
	u.mu.Lock()
	u.list = append(u.list, update)
	u.mu.Unlock()
	select {
	case u.some <- struct{}{}:
	default: // it is known already
	}
}

// wait returns what has come, at least one update.
func (u *updates) wait(ctx context.Context) ([]ledger.Update, error) {
	select {
	case <-u.some:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	list := u.list
	u.list = nil
	return list, nil
}
