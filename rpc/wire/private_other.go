//go:build !unix

package wire

import (
	"fmt"
	"os"
)

// PrivateDir makes dir. Modes say nothing on this system: what keeps others out
// is that the default place lies in the user's profile.
func PrivateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the socket's directory: %w", err)
	}
	return nil
}
