// Command tomledger keeps the shared ledger of multi-process operations on a
// developer's machine. See README.md for what it is, and `tomledger help` for
// what it does.
//
// # Streams and exit codes
//
// Data goes to stdout and messages to stderr. Every command that reads takes
// --json: one document, or one object a line where there may be many. The exit
// code says what a script needs to know; see the constants in exit.go.
//
// # Reading
//
// Commands that read open the ledger without taking part in it: they change
// nothing and work beside any number of sidecars. Commands that change
// something go through a running server, if there is one, or through a sidecar
// of their own inside this process.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"
)

// version is set by the linker at a release.
var version = "0.1.0-dev"

func main() {
	stderr := newLossyWriter(os.Stderr)
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: stderr}
	code := p.run(context.Background(), os.Args)
	stderr.flush(stderrPatience)
	os.Exit(code)
}

// program is the command with what it reads and writes, so that tests can run it.
type program struct {
	stdin          *os.File
	stdout, stderr io.Writer
	// completing is the unfinished flag that the shell wants completed, if it
	// is one.
	completing string
}

// run executes the command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	app := p.app()
	err := app.RunContext(ctx, p.arrange(app.Commands, args))
	if err == nil {
		return exitDone
	}
	if !quiet(err) {
		fmt.Fprintf(p.stderr, "tomledger: %v\n", err)
	}
	return exitCode(err)
}

func (p *program) app() *cli.App {
	app := &cli.App{
		Name:                 "tomledger",
		Usage:                "the shared ledger of multi-process operations",
		UsageText:            "tomledger COMMAND [options] [arguments]",
		Version:              version,
		Reader:               p.stdin,
		Writer:               p.stdout,
		ErrWriter:            p.stderr,
		Flags:                []cli.Flag{cli.HelpFlag}, // package cli leaves it to our command help
		EnableBashCompletion: true,
		ExitErrHandler:       func(*cli.Context, error) {}, // run maps errors to codes
		OnUsageError:         usageError,
		Action:               p.noCommand,
		Commands:             p.commands(),
	}
	app.BashComplete = p.completes(func(*cli.Context) []string { return commandNames(app.Commands) })
	for _, command := range app.Commands {
		command.UsageText = strings.TrimSpace("tomledger " + command.Name + " [options] " + command.ArgsUsage)
		command.HideHelpCommand = true // or `show h` would be a request for help
		command.OnUsageError = usageError
		if command.BashComplete == nil {
			command.BashComplete = p.completes(nil)
		}
	}
	return app
}

// commands lists the commands in the order of the help: those that serve, read,
// and change something, then the rest.
func (p *program) commands() []*cli.Command {
	return []*cli.Command{
		p.stdioCommand(),
		p.serveCommand(),
		p.connectCommand(),
		p.demoCommand(),
		p.demoParticipantCommand(),
		p.lsCommand(),
		p.showCommand(),
		p.logCommand(),
		p.trailCommand(),
		p.checkCommand(),
		p.abortCommand(),
		p.callCommand(),
		p.versionCommand(),
		p.completionCommand(),
		p.helpCommand(),
	}
}

// noCommand is what happens without a command, or with one that isn't there.
func (p *program) noCommand(c *cli.Context) error {
	if !c.Args().Present() {
		return cli.ShowAppHelp(c)
	}
	return unknownCommand(c, c.Args().First())
}

func unknownCommand(c *cli.Context, name string) error {
	return exit(exitUsage, "unknown command %q%s; see tomledger help", name, didYouMean(name, commandNames(c.App.Commands)))
}

func commandNames(commands []*cli.Command) (names []string) {
	for _, c := range commands {
		if !c.Hidden {
			names = append(names, c.Name)
		}
	}
	return names
}

// quiet tells whether an error needs no words: it has been told, or there is
// nobody left to tell.
func quiet(err error) bool {
	var told silence
	return errors.As(err, &told) || readerIsGone(err)
}
