package main

import (
	"errors"
	"os/exec"
)

// canInterrupt tells whether one process can send another what Ctrl-C sends.
// Windows has no such thing for a single process.
const canInterrupt = false

// ownGroup does nothing: what a killed process has started ends by itself, the
// sidecars when their pipes close, the participants after demoCap at the latest.
func ownGroup(*exec.Cmd) {}

// killGroup does nothing; see ownGroup.
func killGroup(*exec.Cmd) {}

func interrupt(*exec.Cmd) error { return errors.ErrUnsupported }
