package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"
)

func (p *program) demoCommand() *cli.Command {
	return &cli.Command{
		Name:      "demo",
		Usage:     "watch four processes work on one operation",
		ArgsUsage: "[DIR]",
		Description: `cli, bridge and vscode, each a process with a sidecar of its own, and copilot,
which knows no ledger and answers through a file, summarise the text files in
DIR, or in the working directory. The demo shows live who does what, draws a
timeline, and says where the record lies. The newest 20 records are kept.
With --json it writes the events, one a line, and nothing else.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "ledger", Usage: "the ledger `DIR`; otherwise tomledger/demo in the user's cache directory"},
			&cli.BoolFlag{Name: "abort", Usage: "press Ctrl-C in the middle: everybody is told and unwinds, exit code 130", DisableDefaultText: true},
			&cli.Float64Flag{Name: "speed", Value: 1, Usage: "how many times faster than watchable"},
			jsonFlag(),
		},
		Action: p.demo,
	}
}

func (p *program) demo(c *cli.Context) error {
	if err := operands(c, 1); err != nil {
		return err
	}
	if c.Bool("abort") && !canInterrupt {
		return exit(exitFailed, "--abort is not supported on this system, which has no Ctrl-C for a single process")
	}
	s, err := demoStage(c.String("ledger"), c.Args().First(), c.Float64("speed"))
	if err != nil {
		return err
	}
	d := &director{stage: s, abort: c.Bool("abort"), json: c.Bool("json"), screen: p.screen()}
	return d.direct(c.Context)
}

// demoStage settles what the demo works on.
func demoStage(ledger, input string, speed float64) (stage, error) {
	if !(speed > 0 && speed <= 1000) {
		return stage{}, exit(exitUsage, "--speed must be above 0 and at most 1000")
	}
	binary, err := os.Executable()
	if err != nil {
		return stage{}, err
	}
	if ledger == "" {
		ledger = defaultDemoLedger()
	}
	ledger, err = filepath.Abs(ledger)
	if err != nil {
		return stage{}, err
	}
	input, err = filepath.Abs(input)
	if err != nil {
		return stage{}, err
	}
	if info, err := os.Stat(input); err != nil || !info.IsDir() {
		return stage{}, exit(exitUsage, "%s is no directory; name one with text files in it", input)
	}
	return stage{binary: binary, ledger: ledger, input: input, speed: speed}, nil
}

// defaultDemoLedger is a ledger of the demo's own: it must stay readable, and
// not be found among somebody's work.
func defaultDemoLedger() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return filepath.Join(os.TempDir(), fmt.Sprintf("tomledger-demo-%d", os.Getuid()))
	}
	return filepath.Join(cache, "tomledger", "demo")
}

// demoParticipantCommand is what the demo's processes run.
func (p *program) demoParticipantCommand() *cli.Command {
	return &cli.Command{
		Name:      "demo-participant",
		Usage:     "play a part in the demo, which starts this command",
		ArgsUsage: "NAME",
		Hidden:    true,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "input", Required: true, Usage: "the directory to summarise"},
			&cli.StringFlag{Name: "exchange", Required: true, Usage: "where copilot finds requests"},
			&cli.Float64Flag{Name: "speed", Value: 1},
		},
		Action: p.demoParticipant,
	}
}

func (p *program) demoParticipant(c *cli.Context) error {
	s, err := demoStage(os.Getenv("TOMLEDGER_DIR"), c.String("input"), c.Float64("speed"))
	if err != nil {
		return err
	}
	s.exchange = c.String("exchange")
	s.operation, s.call = os.Getenv("TOMLEDGER_OPERATION"), os.Getenv("TOMLEDGER_CALL")
	parts := map[string]part{"cli": playCLI, "bridge": playBridge, "vscode": playVSCode}
	switch name := c.Args().First(); {
	case name == "copilot":
		return s.copilot(c.Context, p.stdin)
	case parts[name] != nil:
		return s.play(c.Context, name, parts[name], p.stdout)
	default:
		return errors.New("the parts are cli, bridge, vscode and copilot")
	}
}
