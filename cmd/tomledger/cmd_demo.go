package main

import "github.com/urfave/cli/v2"

// demoCommand returns nil until there is one.
func (p *program) demoCommand() *cli.Command { return nil }
