package main

import (
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/ledger"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:  "check",
		Usage: "look for inconsistencies in the ledger",
		Description: "Compares logs, states and views of all operations and lists what doesn't fit.\n" +
			"Exit code 1 means that there is an error that was not repaired; warnings are\n" +
			"what the next sidecar mends by itself.",
		Flags: []cli.Flag{
			ledgerFlag(),
			&cli.BoolFlag{Name: "repair", Usage: "mend what can be rebuilt from the logs", DisableDefaultText: true},
			jsonFlag(),
		},
		Action: p.check,
	}
}

func (p *program) check(c *cli.Context) error {
	if err := operands(c, 0); err != nil {
		return err
	}
	dir, err := existingLedger(c)
	if err != nil {
		return err
	}
	report, err := ledger.Check(c.Context, dir, ledger.CheckOptions{Repair: c.Bool("repair")})
	if err != nil {
		return err
	}
	if c.Bool("json") {
		err = writeJSON(p.stdout, report)
	} else {
		err = p.printFindings(report)
	}
	if err == nil && slices.ContainsFunc(report.Findings, unrepairedError) {
		return silence{exitFailed}
	}
	return err
}

func unrepairedError(f ledger.Finding) bool {
	return f.Severity == ledger.SeverityError && !f.Repaired
}

func (p *program) printFindings(report *ledger.Report) error {
	t := &table{}
	if len(report.Findings) > 0 {
		t.header("SEVERITY", "KIND", "OPERATION", "FINDING")
	}
	for _, f := range report.Findings {
		look, message := yellow, f.Message
		if f.Severity == ledger.SeverityError {
			look = red
		}
		if f.Path != "" {
			message = f.Path + ": " + message
		}
		if f.Repaired {
			look, message = green, "repaired: "+message
		}
		t.add(cell{string(f.Severity), look}, cell{f.Kind, plain}, cell{f.OperationID, plain}, cell{message, plain})
	}
	if err := t.write(p.stdout, terminal{color: p.terminal().color}); err != nil { // paths are not cut
		return err
	}
	fmt.Fprintf(p.stderr, "checked %s: %s\n", count(report.Operations, "operation"), count(len(report.Findings), "finding"))
	return nil
}
