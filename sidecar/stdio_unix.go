//go:build unix

package sidecar

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// own returns a descriptor of our own for f. A terminal or a regular file stays
// in blocking mode: the shell shares the terminal, and would find it changed.
func own(f *os.File) (*os.File, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	if info.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) != 0 {
		if err := syscall.SetNonblock(fd, true); err != nil {
			return nil, os.NewSyscallError("setnonblock", err)
		}
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}
