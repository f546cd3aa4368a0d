package main

import (
	"embed"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completionScripts have the shell ask the program itself: names of operations
// and methods are known to nobody else.
//
//go:embed completion
var completionScripts embed.FS

func shells() []string { return []string{"bash", "zsh", "fish"} }

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print the completion script for a shell",
		ArgsUsage: "bash|zsh|fish",
		Description: "bash: source <(tomledger completion bash)\n" +
			"zsh:  source <(tomledger completion zsh)\n" +
			"fish: tomledger completion fish | source",
		BashComplete: p.completes(func(c *cli.Context) []string { return shells() }),
		Action: func(c *cli.Context) error {
			if err := operands(c, 1, "the shell"); err != nil {
				return err
			}
			shell := c.Args().First()
			if !slices.Contains(shells(), shell) {
				return exit(exitUsage, "unknown shell %q%s; there are %s", shell, didYouMean(shell, shells()), strings.Join(shells(), ", "))
			}
			script, err := completionScripts.ReadFile("completion/tomledger." + shell)
			if err != nil {
				return err
			}
			_, err = p.stdout.Write(script)
			return err
		},
	}
}

// completes answers the shell: with the flags of the command, if it wants one
// of those, or with the words that fit the place.
func (p *program) completes(words func(*cli.Context) []string) cli.BashCompleteFunc {
	return func(c *cli.Context) {
		var list []string
		switch {
		case p.completing != "":
			list = slices.DeleteFunc(flagNames(c), func(name string) bool { return !strings.HasPrefix(name, p.completing) })
		case words != nil:
			list = words(c)
		}
		_, _ = io.WriteString(p.stdout, strings.Join(append(list, ""), "\n")) // nobody to tell
	}
}

// operationIDs lists the ids that an operand may be.
func (p *program) operationIDs(c *cli.Context) []string {
	if c.NArg() > 0 {
		return nil
	}
	l, err := (&program{stdin: p.stdin, stdout: p.stdout, stderr: io.Discard}).openReader(c)
	if err != nil {
		return nil // a shell shows no errors
	}
	defer func() { _ = l.Close() }() // it was only read
	ids, err := l.IDs(c.Context, true)
	if err != nil || len(ids) == 0 {
		return nil
	}
	return append(ids, latest)
}
