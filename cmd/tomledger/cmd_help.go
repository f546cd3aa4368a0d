package main

import "github.com/urfave/cli/v2"

func (p *program) helpCommand() *cli.Command {
	return &cli.Command{
		Name:      "help",
		Usage:     "explain a command, or list them all",
		ArgsUsage: "[COMMAND]",
		BashComplete: p.completes(func(c *cli.Context) []string {
			return commandNames(c.App.Commands)
		}),
		Action: func(c *cli.Context) error {
			if err := operands(c, 1); err != nil {
				return err
			}
			name := c.Args().First()
			switch {
			case name == "":
				return cli.ShowAppHelp(c)
			case c.App.Command(name) == nil:
				return unknownCommand(c, name)
			default:
				return cli.ShowCommandHelp(c, name)
			}
		},
	}
}
