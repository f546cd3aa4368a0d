//go:build unix

package wire

import (
	"fmt"
	"os"
	"syscall"
)

// PrivateDir makes dir, or checks that nobody but us can reach into it: who else
// could, could put a socket of their own there.
func PrivateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the socket's directory: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s must be a directory, not a link to one; choose another place for the socket", dir)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) != os.Getuid() {
		return fmt.Errorf("the directory %s must be yours for a socket in it to be safe; choose another place for the socket", dir)
	}
	if perm := info.Mode().Perm(); perm&0o077 != 0 {
		return fmt.Errorf("the directory %s has mode %04o and must be yours alone; run chmod 700 on it or choose another place for the socket", dir, perm)
	}
	return nil
}
