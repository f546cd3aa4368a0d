package sidecar

import "os"

// own returns f itself: pipes are waited for by a goroutine here, and there is
// no SIGPIPE.
func own(f *os.File) (*os.File, error) { return f, nil }
