package file

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

// TestLockWaits: in virtual time, so that the timeout is exact and nobody waits
// for it.
func TestLockWaits(t *testing.T) {
	j := mustOpen(t, t.TempDir(), Options{LockTimeout: time.Second})
	l, holder := created(t, j, "op"), opened(t, j, "op")
	ctx := context.Background()
	if err := holder.lock.acquire(ctx, false); err != nil {
		t.Fatal(err)
	}

	wantError(t, "without waiting", l.Append(ctx, 1, journaltest.Records(2, 1), false), journal.ErrBusy)
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		err := l.Append(ctx, 1, journaltest.Records(2, 1), true)
		wantError(t, "waiting", err, journal.ErrLockTimeout)
		if waited := time.Since(start); waited < time.Second || waited > time.Second+maxLockDelay {
			t.Errorf("waited %v", waited)
		}
		if err == nil || !strings.Contains(err.Error(), l.lock.file.Name()) {
			t.Errorf("the error does not name the file: %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		wantError(t, "cancelled", l.Append(ctx, 1, journaltest.Records(2, 1), true), context.DeadlineExceeded)
		if waited := time.Since(start); waited != 100*time.Millisecond {
			t.Errorf("waited %v", waited)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		time.AfterFunc(500*time.Millisecond, holder.lock.release)
		start := time.Now()
		journaltest.MustAppend(t, l, journaltest.Records(2, 1)...)
		if waited := time.Since(start); waited < 500*time.Millisecond || waited > 500*time.Millisecond+maxLockDelay {
			t.Errorf("waited %v", waited)
		}
	})
}

// TestDamageIsJudgedUnderTheLock: what looks like damage while someone holds
// the lock is not reported before that someone has finished.
func TestDamageIsJudgedUnderTheLock(t *testing.T) {
	j, path, content := sample(t, 3)
	reader, writer := opened(t, j, "op"), opened(t, j, "op")
	ctx := context.Background()
	if err := writer.lock.acquire(ctx, false); err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, []byte(strings.Replace(string(content), `"n":2`, `"n":7`, 1)))
	synctest.Test(t, func(t *testing.T) {
		time.AfterFunc(time.Second, func() {
			writeFile(t, path, content)
			writer.lock.release()
		})
		journaltest.CheckRead(t, reader, 0, false, journaltest.Records(1, 3))
	})
}

func TestMissingLockIsNotMadeAnew(t *testing.T) {
	j, _, _ := sample(t, 3)
	if err := os.Remove(j.lockPath("op")); err != nil {
		t.Fatal(err)
	}
	_, err := j.Open(context.Background(), "op")
	if err == nil || !strings.Contains(err.Error(), j.lockPath("op")) {
		t.Errorf("open: %v", err)
	}
	if there, _ := exists(j.lockPath("op")); there {
		t.Error("the lock has been made anew")
	}
}
