// Command tomledger keeps the shared ledger of multi-process operations on a
// developer's machine. See README.md for what it is, and `tomledger help` for
// what it does.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"
)

// Exit codes, the same for every command.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitNoLedger = 3 // no ledger or server there
	exitNotFound = 4
	exitAborted  = 5
	exitVersion  = 6
	exitTimeout  = 7
	exitSignal   = 128 // plus the signal's number
)

// version is set by the linker at a release.
var version = "0.1.0-dev"

func main() {
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	os.Exit(p.run(context.Background(), os.Args))
}

// program is the command with what it reads and writes, so that tests can run it.
type program struct {
	stdin          *os.File
	stdout, stderr io.Writer
}

// run executes the command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	err := p.app().RunContext(ctx, args)
	if err == nil {
		return exitDone
	}
	code := exitCode(err)
	var quiet silence
	if !errors.As(err, &quiet) {
		fmt.Fprintf(p.stderr, "tomledger: %v\n", err)
	}
	return code
}

func (p *program) app() *cli.App {
	return &cli.App{
		Name:            "tomledger",
		Usage:           "the shared ledger of multi-process operations",
		HideVersion:     true,
		HideHelpCommand: true,
		Reader:          p.stdin,
		Writer:          p.stdout,
		ErrWriter:       p.stderr,
		ExitErrHandler:  func(*cli.Context, error) {}, // run maps errors to codes
		OnUsageError:    usageError,
		Commands: []*cli.Command{
			p.stdioCommand(),
			p.serveCommand(),
			p.demoCommand(), p.demoParticipantCommand(),
		},
	}
}
