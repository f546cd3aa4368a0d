package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tomledger/tomledger/rpc"
)

// The descriptions of the calls, as they stand in the record.
const (
	callSummarise = "summarise"
	callSurvey    = "survey"
	callDescribe  = "describe the workspace"
	callSearch    = "search"
	callAsk       = "ask copilot"
)

// survey is what bridge answers cli.
type survey struct {
	Summary string   `json:"summary"`
	Report  []string `json:"report"`
}

// playCLI is the part of cli: it creates the operation, has bridge do the work,
// prints the answer and completes the operation.
func playCLI(ctx context.Context, p *player) error {
	call, err := p.open(ctx, callSummarise, "")
	if err != nil {
		return err
	}
	if err := p.log(ctx, "wants to know what is in %s", p.input); err != nil {
		return err
	}
	if err := p.pause(ctx, 1); err != nil {
		return err
	}
	var answer survey
	if err := p.delegate(ctx, "bridge", call, &answer); err != nil {
		return err
	}
	if err := p.pause(ctx, 0.5); err != nil {
		return err
	}
	if err := p.end(ctx, answer); err != nil {
		return err
	}
	if _, err := p.client.OperationComplete(ctx, &rpc.OperationCompleteParams{OperationID: p.operation}); err != nil {
		return err
	}
	for _, line := range answer.Report {
		fmt.Fprintln(p.out, line)
	}
	return nil
}

// playBridge is the part of bridge: it has vscode look into the workspace and
// makes a report of what comes back.
func playBridge(ctx context.Context, p *player) error {
	call, err := p.open(ctx, callSurvey, p.call)
	if err != nil {
		return err
	}
	if err := p.announce(call); err != nil {
		return err
	}
	if err := p.pause(ctx, 1); err != nil {
		return err
	}
	var found description
	if err := p.delegate(ctx, "vscode", call, &found); err != nil {
		return err
	}
	if err := p.log(ctx, "puts the report together"); err != nil {
		return err
	}
	if err := p.pause(ctx, 1); err != nil {
		return err
	}
	report := found.report(filepath.Base(p.input))
	return p.end(ctx, survey{fmt.Sprintf("a report of %d lines", len(report)), report})
}

// report puts into words what was found in a directory of that name.
func (d description) report(name string) []string {
	kinds := make([]string, len(d.Search.Kinds))
	for i, k := range d.Search.Kinds {
		kinds[i] = fmt.Sprintf("%s %d", k.Name, k.Lines)
	}
	longest := make([]string, len(d.Copilot.Longest))
	for i, f := range d.Copilot.Longest {
		longest[i] = fmt.Sprintf("%s (%d)", f.Path, f.Lines)
	}
	return []string{
		fmt.Sprintf("%s: %s, %d words", name, d.Search.Summary, d.Copilot.Words),
		"  lines by kind   " + strings.Join(kinds, ", "),
		"  longest files   " + strings.Join(longest, ", "),
		"  frequent words  " + strings.Join(d.Copilot.Frequent, ", "),
	}
}
