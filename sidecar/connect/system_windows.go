package connect

import (
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/windows"
)

// userDir is the place for sockets, in the user's profile.
func userDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "tomledger"), nil
}

// detached makes a process outlive our console.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP}
}
