package file

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// How long to wait between two attempts: a holder needs some microseconds, or
// some milliseconds if it syncs. Each wait is twice the one before, and half of
// it is random so that waiters don't stay in step.
const (
	minLockDelay = 50 * time.Microsecond
	maxLockDelay = 5 * time.Millisecond
)

// opLock is the lock of an operation: a file that stays open. Without the lock
// one may read; with it, one may change.
type opLock struct {
	file    *os.File
	timeout time.Duration
}

// acquire takes the lock. It returns ErrBusy if someone has it and wait is not
// set, ErrLockTimeout if that stayed so, or the context's error.
func (k *opLock) acquire(ctx context.Context, wait bool) error {
	ok, err := tryFlock(k.file)
	if ok || err != nil {
		return err
	}
	if !wait {
		return journal.ErrBusy
	}
	start := time.Now()
	for delay := minLockDelay; ; delay = min(2*delay, maxLockDelay) {
		if waited := time.Since(start); waited > k.timeout {
			return fmt.Errorf("%w (%s, %d ms)", journal.ErrLockTimeout, k.file.Name(), waited.Milliseconds())
		}
		timer := time.NewTimer(delay/2 + rand.N(delay/2))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		}
		if ok, err := tryFlock(k.file); ok || err != nil {
			return err
		}
	}
}

// release gives the lock back. It can only fail where the kernel has already
// taken the lock away, with the file.
func (k *opLock) release() { _ = unflock(k.file) }
