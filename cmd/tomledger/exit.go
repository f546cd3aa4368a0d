package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// exitError is an error with an exit code of its own.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func exit(code int, format string, args ...any) error {
	return &exitError{code, fmt.Errorf(format, args...)}
}

// silence is an error that has been told already.
type silence struct{ code int }

func (s silence) Error() string { return fmt.Sprintf("exit %d", s.code) }

// signalled is a command that a signal ended.
type signalled struct{ signal os.Signal }

func (s signalled) Error() string { return fmt.Sprintf("ended by %v", s.signal) }

func usageError(_ *cli.Context, err error, _ bool) error { return &exitError{exitUsage, err} }

// exitCode maps what went wrong to the exit code that scripts rely on.
func exitCode(err error) int {
	var own *exitError
	var quiet silence
	var signal signalled
	switch {
	case errors.As(err, &quiet):
		return quiet.code
	case errors.As(err, &own):
		return own.code
	case errors.As(err, &signal):
		if n, ok := signal.signal.(syscall.Signal); ok {
			return exitSignal + int(n)
		}
		return exitFailed
	}
	return codeExit(errorName(err))
}

// errorName is the symbolic code of an error of the engine or of a sidecar.
func errorName(err error) string {
	var wire *rpc.Error
	if errors.As(err, &wire) {
		return wire.Details().Code
	}
	return string(ledger.CodeOf(err))
}

func codeExit(name string) int {
	switch name {
	case rpc.CodeOperationNotFound.String(), rpc.CodeCallNotFound.String(), rpc.CodeResourceNotFound.String():
		return exitNotFound
	case rpc.CodeInvalidParams.String(), rpc.CodeInvalidOperationID.String(), rpc.CodeMethodNotFound.String():
		return exitUsage
	case rpc.CodeOperationAborted.String():
		return exitAborted
	case rpc.CodeVersionMismatch.String(), rpc.CodeFormatTooNew.String():
		return exitVersion
	case rpc.CodeCallTimeout.String(), rpc.CodeLockTimeout.String():
		return exitTimeout
	default:
		return exitFailed
	}
}
