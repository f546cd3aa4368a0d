package main

import (
	"context"
	"strconv"
	"time"
)

// The demo's processes, each with what it starts:
//
//	tomledger demo            the director: shows what the ledger says
//	├─ cli                    creates and completes the operation
//	│  ├─ tomledger stdio
//	│  └─ bridge              joins, and makes the report
//	│     ├─ tomledger stdio
//	│     └─ vscode           joins, searches, and asks copilot
//	│        └─ tomledger stdio
//	└─ copilot                takes no part; answers through a file
//
// A participant finds the operation and the call it works for in its
// environment, names its own call on stdout, and returns the result as that
// call's. Nothing else passes between them but the ledger.

// demoCap bounds every process of the demo: whatever hangs, nothing is left
// running after it.
const demoCap = 10 * time.Second

// beat is the pace of the demo at speed 1. The work itself takes milliseconds,
// which nobody could watch.
const beat = 180 * time.Millisecond

// stage is what the processes of the demo have in common.
type stage struct {
	binary    string  // this program: participants and sidecars are started from it
	ledger    string  // the ledger directory
	input     string  // the directory that is summarised
	exchange  string  // the directory where copilot finds requests
	speed     float64 // how many times faster than watchable
	operation string  // what the starter works on; empty for cli
	call      string  // the starter's call; empty for cli
}

// args are the arguments with which another process enters the stage as name.
func (s stage) args(name string) []string {
	return []string{"demo-participant", "--input", s.input, "--exchange", s.exchange,
		"--speed", strconv.FormatFloat(s.speed, 'g', -1, 64), name}
}

// environ is the part of the stage that every worker of a ledger gets this way.
func (s stage) environ() []string {
	return []string{"TOMLEDGER_DIR=" + s.ledger, "TOMLEDGER_OPERATION=" + s.operation, "TOMLEDGER_CALL=" + s.call}
}

// pause lets the spectator follow: so many beats, or until ctx ends.
func (s stage) pause(ctx context.Context, beats float64) error {
	timer := time.NewTimer(time.Duration(float64(beat) * beats / s.speed))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
