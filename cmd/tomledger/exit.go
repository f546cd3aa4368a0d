package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/sidecar/connect"
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

func (s signalled) Error() string { return fmt.Sprintf("ended by a signal: %v", s.signal) }

// readerIsGone tells whether the error is that nobody reads our output any more,
// as behind `| head`. Where there are signals, SIGPIPE has ended the process
// before; a socket in the place of stdout gives this error.
func readerIsGone(err error) bool { return errors.Is(err, syscall.EPIPE) }

// exitCode maps what went wrong to the exit code that scripts rely on.
func exitCode(err error) int {
	var own *exitError
	var told silence
	var signal signalled
	switch {
	case errors.As(err, &told):
		return told.code
	case errors.As(err, &own):
		return own.code
	case errors.As(err, &signal):
		if n, ok := signal.signal.(syscall.Signal); ok {
			return exitSignal + int(n)
		}
		return exitFailed
	case readerIsGone(err):
		return exitSignal + int(syscall.SIGPIPE)
	case errors.Is(err, connect.ErrNoServer):
		return exitNoLedger
	}
	return codeExit(errorName(err))
}

// errorName is the symbolic code of an error of the engine or of a sidecar.
func errorName(err error) string {
	var wire *rpc.Error
	if errors.As(err, &wire) {
		return wire.Code.String()
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
