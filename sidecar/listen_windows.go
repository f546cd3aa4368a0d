package sidecar

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes the lock on path, which the system frees with the process, or
// returns ErrAlreadyServed.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	if err != nil {
		if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
			err = fmt.Errorf("%w: it holds %s", ErrAlreadyServed, path)
		}
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// isSocket can't tell: a socket is a reparse point, which Go reports as
// irregular.
func isSocket(info fs.FileInfo) bool { return !info.Mode().IsRegular() && !info.IsDir() }
