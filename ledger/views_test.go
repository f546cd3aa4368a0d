package ledger

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tomledger/tomledger/ledger/internal/journal/mem"
)

// Views that can't be written, on a full disk perhaps, are tried again when it
// is time, and not in a circle that never ends because much is waiting for them.
func TestViewsThatFailAreNotTriedInACircle(t *testing.T) {
	e, f := faulty(t, mem.NewStore(), Options{Durability: ProcessDurability, Timings: Timings{Coalesce: time.Hour}})
	var tried atomic.Int64
	f.views = func() error {
		tried.Add(1)
		return errors.New("no space left on device")
	}
	id, by := create(t, e)
	for range fullRecent + fullRecent/2 {
		if _, err := Do(context.Background(), e, id, WriteLog{By: by, Message: "m"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	// Once when there was much to write, perhaps again for what was decided before
	// that try began, and once at the end. In a circle it is thousands.
	if n := tried.Load(); n < 2 || n > 10 {
		t.Errorf("tried %d times, want a few", n)
	}
}
