package file

import (
	"errors"

	"golang.org/x/sys/windows"
)

// isReadOnly tells whether err is that the medium is write-protected.
func isReadOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }
