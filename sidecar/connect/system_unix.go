//go:build unix

package connect

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// userDir is the place for sockets where there is no runtime directory. Whoever
// serves there checks that it is ours.
func userDir() (string, error) {
	return filepath.Join(os.TempDir(), "tomledger-"+strconv.Itoa(os.Getuid())), nil
}

// detached makes a process outlive our terminal and our signals.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
