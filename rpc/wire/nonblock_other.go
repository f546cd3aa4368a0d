//go:build !unix

package wire

import "io"

// nonblocking returns nil: on this system all output is written by the writer
// goroutine, at the cost of a wake-up for each answer.
func nonblocking(io.Writer) func([]byte) (int, error) { return nil }

// hungUp can't tell on this system.
func hungUp(io.Writer) bool { return false }
