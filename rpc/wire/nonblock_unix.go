//go:build unix

package wire

import (
	"io"
	"syscall"

	"golang.org/x/sys/unix"
)

// nonblocking returns a function that writes as much as w takes at once, or nil
// if w has no descriptor in non-blocking mode. A write deadline can't do this:
// one that has passed makes Go refuse to try, and one that has not blocks until
// then.
func nonblocking(w io.Writer) func([]byte) (int, error) {
	sc, ok := w.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	blocks := true
	err = raw.Control(func(fd uintptr) {
		flags, err := unix.FcntlInt(fd, unix.F_GETFL, 0)
		blocks = err != nil || flags&unix.O_NONBLOCK == 0
	})
	if err != nil || blocks {
		return nil
	}
	return (&attempt{raw: raw}).write
}

// hungUp tells whether nothing that is written to w can be read any more: the
// kernel reports a pipe without a reader as an error, and a socket as hung up
// once both directions are closed, which a half-closed one is not.
func hungUp(w io.Writer) bool {
	sc, ok := w.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	gone := false
	err = raw.Control(func(fd uintptr) {
		fds := []unix.PollFd{{Fd: int32(fd)}}
		n, err := unix.Poll(fds, 0)
		gone = err == nil && n > 0 && fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0
	})
	return err != nil || gone // Control fails on a descriptor that we have closed
}

// attempt is one non-blocking write at a time; its fields are the arguments and
// results of once, so that no closure is made for each.
type attempt struct {
	raw syscall.RawConn
	p   []byte
	n   int
	err error
}

func (a *attempt) write(p []byte) (int, error) {
	a.p, a.n, a.err = p, 0, nil
	err := a.raw.Write(a.once)
	a.p = nil
	if err == nil {
		err = a.err
	}
	return a.n, err
}

// once is the attempt. It always says that it is done: whatever the descriptor
// did not take is somebody else's to wait for.
func (a *attempt) once(fd uintptr) bool {
	for {
		n, err := syscall.Write(int(fd), a.p)
		switch err {
		case nil:
			a.n = n
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			// Not an error: nothing was taken.
		default:
			a.err = err
		}
		return true
	}
}
