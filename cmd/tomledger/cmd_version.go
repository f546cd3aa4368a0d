package main

import (
	"fmt"
	"runtime"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/rpc"
)

func (p *program) versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the versions of the program and of its protocol",
		Flags: []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			if err := operands(c, 0); err != nil {
				return err
			}
			v := versions{version, rpc.ProtocolVersion, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
			if c.Bool("json") {
				return writeJSON(p.stdout, v)
			}
			_, err := fmt.Fprintf(p.stdout, "tomledger %s, protocol %s (%s, %s)\n", v.Version, v.ProtocolVersion, v.Go, v.Platform)
			return err
		},
	}
}

// versions is what `version --json` prints.
type versions struct {
	Version         string `json:"version"`
	ProtocolVersion string `json:"protocolVersion"`
	Go              string `json:"go"`
	Platform        string `json:"platform"`
}
