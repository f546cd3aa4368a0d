//go:build unix

package file

import (
	"context"
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

// TestModes: 0600 and 0700, whatever the umask.
func TestModes(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "ledger")
	old := syscall.Umask(0o777)
	defer syscall.Umask(old)
	j := mustOpen(t, dir, Options{})
	if _, err := j.Enroll("engine"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"op", "old"} {
		l := created(t, j, id)
		journaltest.MustAppend(t, l, journaltest.Snapshot(2))
		if err := l.UpdateViews(ctx, 2, lines{2}); err != nil {
			t.Fatal(err)
		}
		if id == "old" {
			if _, err := l.Archive(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	seen := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		want := fileMode
		if e.IsDir() {
			want = dirMode
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
		seen++
		return nil
	})
	if err != nil || seen < 18 {
		t.Errorf("%d files: %v", seen, err)
	}
}
