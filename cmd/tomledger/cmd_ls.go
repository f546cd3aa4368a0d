package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/sidecar"
)

func (p *program) lsCommand() *cli.Command {
	return &cli.Command{
		Name:  "ls",
		Usage: "list the operations",
		Description: "Lists the operations that live, oldest first; with --all those that have\n" +
			"ended, too, as far as their records are kept.",
		Flags: []cli.Flag{
			ledgerFlag(),
			&cli.BoolFlag{Name: "all", Aliases: []string{"a"}, Usage: "list ended operations, too", DisableDefaultText: true},
			&cli.StringSliceFlag{Name: "state", Usage: "list only operations in this `STATE`: " + strings.Join(states(), ", ")},
			jsonFlag(),
		},
		BashComplete: p.completes(func(*cli.Context) []string { return nil }),
		Action:       p.ls,
	}
}

func states() []string {
	return []string{string(ledger.Running), string(ledger.Cleanup), string(ledger.Failed), string(ledger.Completed)}
}

func (p *program) ls(c *cli.Context) error {
	if err := operands(c, 0); err != nil {
		return err
	}
	listing, err := listing(c)
	if err != nil {
		return err
	}
	l, err := p.openReader(c)
	if err != nil {
		return err
	}
	found, _, err := l.Operations(c.Context, listing)
	if err == nil {
		err = p.printOperations(c, l, found)
	}
	return errors.Join(err, l.Close())
}

// listing is what the flags ask for. Who asks for an end state means the
// archived operations, too.
func listing(c *cli.Context) (ledger.Listing, error) {
	l := ledger.Listing{Archived: c.Bool("all"), Limit: math.MaxInt}
	for _, name := range c.StringSlice("state") {
		if !slices.Contains(states(), name) {
			return l, exit(exitUsage, "unknown state %q%s; there are %s", name, didYouMean(name, states()), strings.Join(states(), ", "))
		}
		l.Phases = append(l.Phases, ledger.Phase(name))
		l.Archived = l.Archived || ledger.Phase(name).Ended()
	}
	return l, nil
}

func (p *program) printOperations(c *cli.Context, l *reader, found []*ledger.State) error {
	if c.Bool("json") {
		result := rpc.LedgerOperationsResult{Operations: []rpc.OperationSummary{}}
		for _, s := range found {
			result.Operations = append(result.Operations, sidecar.SummaryToWire(s))
		}
		return writeJSON(p.stdout, result)
	}
	if len(found) == 0 {
		return p.printNoOperations(c.Context, l)
	}
	t := &table{}
	t.header("ID", "STATE", "AGE", "PARTICIPANTS", "OPEN CALLS", "DESCRIPTION")
	for _, s := range found {
		var participants []string
		for _, one := range s.Participants() {
			participants = append(participants, one.ID)
		}
		t.add(cell{s.OperationID, plain}, stateCell(s.Phase, s.Abort != nil), cell{age(time.Since(s.Start)), plain},
			cell{strings.Join(participants, ","), plain}, cell{strconv.Itoa(s.FrameCount()), plain}, cell{s.Description, plain})
	}
	return t.write(p.stdout, p.terminal())
}

func (p *program) printNoOperations(ctx context.Context, l *reader) error {
	all, err := l.IDs(ctx, true)
	if err != nil {
		return err
	}
	more := ""
	if len(all) > 0 {
		more = "; tomledger ls --all lists them all"
	}
	fmt.Fprintf(p.stderr, "there is no such operation among the %d in %s%s\n", len(all), l.dir, more)
	return nil
}

// stateCell shows where an operation is in its life.
func stateCell(phase ledger.Phase, aborted bool) cell {
	text := string(phase)
	if aborted && !phase.Ended() {
		return cell{text + ", aborted", yellow}
	}
	switch phase {
	case ledger.Running:
		return cell{text, green}
	case ledger.Cleanup, ledger.Failed:
		return cell{text, red}
	default:
		return cell{text, dim}
	}
}
