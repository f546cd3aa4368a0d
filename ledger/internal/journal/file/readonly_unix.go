//go:build unix

package file

import (
	"errors"
	"syscall"
)

// isReadOnly tells whether err is that the file system is mounted read-only.
func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
