package file

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

func TestOpenRefusesWhatIsNoDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	writeFile(t, path, nil)
	for _, dir := range []string{path, filepath.Join(path, "below"), "nul\x00"} {
		_, err := Open(dir, Options{})
		if err == nil || !strings.Contains(err.Error(), "ledger") {
			t.Errorf("open %q: %v", dir, err)
		}
	}
	if _, err := Open(t.TempDir(), Options{LockTimeout: -1}); err == nil {
		t.Error("a negative timeout is accepted")
	}
}

// TestLeftoversAreNotListed: what is no operation of ours is neither listed nor
// opened nor touched.
func TestLeftoversAreNotListed(t *testing.T) {
	ctx := context.Background()
	j := mustOpen(t, t.TempDir(), Options{Backups: BackupRetention{Count: 1}})
	for _, dir := range []string{
		".create-half-123", "x y_trail", "_trail", "backup/without-trail", "backup/.trash", "backup/-x/trail",
	} {
		if err := os.MkdirAll(filepath.Join(j.dir, dir), dirMode); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(j.dir, "file_trail"), nil)
	writeFile(t, filepath.Join(j.dir, "lock.operation.lock"), nil)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(j.dir, "backup", "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(outside, "trail"), dirMode); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, archived := range []bool{false, true} {
			if ids, err := j.List(ctx, archived); err != nil || len(ids) > 0 {
				t.Errorf("archived %t: %v, %v", archived, ids, err)
			}
		}
		for _, id := range []string{"lock", "without-trail", "half"} {
			_, err := j.Open(ctx, id)
			wantError(t, id, err, journal.ErrNotFound)
		}
		// An archive applies the retention, which leaves them alone as well.
		l := created(t, j, "op")
		if _, err := l.Archive(ctx); err != nil {
			t.Fatal(err)
		}
		want := "-x .trash link op without-trail"
		if got := names(t, filepath.Join(j.dir, backupDir)); got != want {
			t.Errorf("backups: %s, want %s", got, want)
		}
		if err := os.RemoveAll(j.backup("op")); err != nil {
			t.Fatal(err)
		}
	}
	if names(t, outside) != "trail" {
		t.Error("something was deleted through a symbolic link")
	}
}

// archiveAged archives operations so that the first is the oldest.
func archiveAged(t *testing.T, j *Journal, ids ...string) {
	t.Helper()
	for i, id := range ids {
		if _, err := created(t, j, id).Archive(context.Background()); err != nil {
			t.Fatal(err)
		}
		age := time.Duration(len(ids)-i) * time.Hour
		when := time.Now().Add(-age)
		if err := os.Chtimes(j.backup(id), when, when); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBackupRetention(t *testing.T) {
	_, _, content := sample(t, 1)
	size := int64(len(content) + len(sealMark))
	for name, c := range map[string]struct {
		limits BackupRetention
		want   string
	}{
		"default": {BackupRetention{}, "a b c d new"},
		"count":   {BackupRetention{Count: 3}, "c d new"},
		"one":     {BackupRetention{Count: 1}, "new"},
		"any":     {BackupRetention{Count: -1}, "a b c d new"},
		"age":     {BackupRetention{Age: 150 * time.Minute}, "c d new"},
		"bytes":   {BackupRetention{Bytes: 2*size + 1}, "d new"},
		"nothing": {BackupRetention{Bytes: 1}, "new"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			archiveAged(t, mustOpen(t, dir, Options{Backups: BackupRetention{Count: -1}}), "a", "b", "c", "d")
			j := mustOpen(t, dir, Options{Backups: c.limits})
			if _, err := created(t, j, "new").Archive(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got := names(t, filepath.Join(dir, backupDir)); got != c.want {
				t.Errorf("kept: %s, want %s", got, c.want)
			}
		})
	}
	t.Run("default count", func(t *testing.T) {
		j := mustOpen(t, t.TempDir(), Options{})
		var ids []string
		for c := 'a'; c <= 'z'; c++ {
			ids = append(ids, string(c))
		}
		archiveAged(t, j, ids...)
		if got, err := j.List(context.Background(), true); err != nil || len(got) != defaultBackups {
			t.Errorf("kept: %v, %v", got, err)
		}
	})
}

// TestTrailRetention: a log of five segments of two records each.
func TestTrailRetention(t *testing.T) {
	for name, c := range map[string]struct {
		limits TrailRetention
		first  int64 // record that is left
	}{
		"all":     {TrailRetention{}, 1},
		"events":  {TrailRetention{Events: 6}, 5},
		"one":     {TrailRetention{Events: 1}, 9},
		"bytes":   {TrailRetention{Bytes: 1}, 9},
		"age":     {TrailRetention{Age: time.Nanosecond}, 9},
		"old age": {TrailRetention{Age: time.Hour}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			j := mustOpen(t, t.TempDir(), Options{Trail: c.limits})
			l, reader := created(t, j, "op"), opened(t, j, "op")
			want := journaltest.Records(1, 9)
			for seq := int64(2); seq <= 9; seq++ {
				if seq == 4 {
					journaltest.CheckRead(t, reader, 0, true, want[2:3])
				}
				if seq%2 == 1 {
					want[seq-1] = journaltest.Snapshot(seq)
				}
				journaltest.MustAppend(t, l, want[seq-1])
			}
			journaltest.CheckRead(t, opened(t, j, "op"), 0, false, want[c.first-1:])
			journaltest.CheckRead(t, opened(t, j, "op"), 8, false, want[8:])
			journaltest.CheckRead(t, opened(t, j, "op"), 0, true, want[8:])
			// A reader that has been left behind reads what it still has open,
			// and goes on with the oldest snapshot.
			rest := append([]journal.Record{want[3]}, want[max(c.first-1, 4):]...)
			journaltest.CheckRead(t, reader, 3, false, rest)
			journaltest.MustAppend(t, reader, journaltest.Records(10, 1)...)
		})
	}
}
