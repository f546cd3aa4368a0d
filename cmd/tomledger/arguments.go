package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completionFlag is what package cli has shells add as the last argument.
const completionFlag = "--generate-bash-completion"

// arrange makes the command line what package cli expects. It stops at the first
// operand, and people write `show OP --json`: so flags go before operands, but
// for those after "--". A flag that the shell wants completed is set aside,
// since it can't be parsed yet.
func (p *program) arrange(commands []*cli.Command, args []string) []string {
	var suffix []string
	if n := len(args); n > 1 && args[n-1] == completionFlag {
		args, suffix = args[:n-1], args[n-1:]
		if last := args[n-2]; n > 2 && strings.HasPrefix(last, "-") {
			args, p.completing = args[:n-2], last
		}
	}
	if len(args) > 1 {
		i := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(args[1]) })
		if i >= 0 {
			args = append(args[:2:2], flagsFirst(commands[i].Flags, args[2:])...)
		}
	}
	return append(args[:len(args):len(args)], suffix...)
}

// flagsFirst moves flags, with their values, before the operands.
func flagsFirst(known []cli.Flag, args []string) []string {
	var flags, operands []string
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			return slices.Concat(flags, []string{"--"}, operands, args)
		case !strings.HasPrefix(arg, "-") || arg == "-":
			operands = append(operands, arg)
		case takesValue(known, arg) && len(args) > 0:
			flags = append(flags, arg, args[0])
			args = args[1:]
		default:
			flags = append(flags, arg)
		}
	}
	return append(flags, operands...)
}

// takesValue tells whether the next argument belongs to a flag.
func takesValue(known []cli.Flag, arg string) bool {
	name := strings.TrimLeft(arg, "-")
	for _, f := range known {
		documented, ok := f.(cli.DocGenerationFlag)
		if ok && documented.TakesValue() && slices.Contains(f.Names(), name) {
			return true
		}
	}
	return false
}

// operands checks that the command has the operands it needs and at most limit.
func operands(c *cli.Context, limit int, needed ...string) error {
	switch n := c.NArg(); {
	case n < len(needed):
		return exit(exitUsage, "%s is missing%s", needed[n], seeHelp(c))
	case n > limit:
		return exit(exitUsage, "unexpected argument %q%s", c.Args().Get(limit), seeHelp(c))
	}
	return nil
}

func seeHelp(c *cli.Context) string {
	if c.Command == nil || c.Command.Name == "" || c.Command.Name == c.App.Name {
		return "; see tomledger help"
	}
	return "; see tomledger " + c.Command.Name + " --help"
}

// usageError says in our words what package flag found wrong.
func usageError(c *cli.Context, err error, _ bool) error {
	message := err.Error()
	if name, ok := strings.CutPrefix(message, "flag provided but not defined: -"); ok {
		return exit(exitUsage, "unknown option %s%s%s", dashed(name), didYouMean(dashed(name), flagNames(c)), seeHelp(c))
	}
	if name, ok := strings.CutPrefix(message, "flag needs an argument: -"); ok {
		return exit(exitUsage, "option %s needs a value%s", dashed(name), seeHelp(c))
	}
	return exit(exitUsage, "%s%s", message, seeHelp(c))
}

func dashed(name string) string {
	if name = strings.TrimLeft(name, "-"); len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// flagNames lists the command's flags as one types them.
func flagNames(c *cli.Context) (names []string) {
	flags := c.App.Flags
	if c.Command != nil {
		flags = c.Command.Flags
	}
	for _, f := range flags {
		for _, name := range f.Names() {
			names = append(names, dashed(name))
		}
	}
	return names
}
