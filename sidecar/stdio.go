package sidecar

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// stdio is a connection over two files.
type stdio struct{ in, out *os.File }

// Stdio makes a connection of standard input and output. It uses descriptors of
// its own, so that the end of a reader is an error like any other and not the
// SIGPIPE with which Go ends a process that writes to standard output. Pipes and
// sockets are put into non-blocking mode: then Close interrupts a Read, and
// answers can be written without a goroutine.
func Stdio(in, out *os.File) (io.ReadWriteCloser, error) {
	r, err := own(in)
	if err != nil {
		return nil, err
	}
	w, err := own(out)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return stdio{r, w}, nil
}

func (s stdio) Read(p []byte) (int, error)  { return s.in.Read(p) }
func (s stdio) Write(p []byte) (int, error) { return s.out.Write(p) }
func (s stdio) Close() error                { return errors.Join(s.in.Close(), s.out.Close()) }

// SyscallConn gives access to the descriptor that is written to.
func (s stdio) SyscallConn() (syscall.RawConn, error) { return s.out.SyscallConn() }
