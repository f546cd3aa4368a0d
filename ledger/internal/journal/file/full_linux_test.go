package file

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

// mountTmpfs mounts a file system of 1 MB, which takes root.
func mountTmpfs(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("needs to mount a tmpfs: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestDiskFull fills the disk with a log. Whatever is tried then fails with
// ENOSPC and changes nothing that counts; when there is room again, it works.
func TestDiskFull(t *testing.T) {
	ctx := context.Background()
	dir := mountTmpfs(t)
	ballast := filepath.Join(dir, "ballast")
	writeFile(t, ballast, make([]byte, 64<<10))
	j := mustOpen(t, filepath.Join(dir, "ledger"), Options{})
	l, reader := created(t, j, "op"), opened(t, j, "op")
	if err := l.UpdateViews(ctx, 1, lines{1}); err != nil {
		t.Fatal(err)
	}
	want := journaltest.Records(1, 1)
	var err error
	for err == nil {
		seq := int64(len(want))
		batch := journaltest.Records(seq+1, 3)
		for i := range batch {
			batch[i].Data = []byte(`{"text":"` + strings.Repeat("x", 3000) + `"}`)
		}
		if err = l.Append(ctx, seq, batch, true); err == nil {
			want = append(want, batch...)
		}
		journaltest.CheckRead(t, reader, seq, false, want[seq:])
	}
	last := int64(len(want))
	large := journaltest.Snapshot(last + 1)
	large.Data = []byte(`{"text":"` + strings.Repeat("x", 30_000) + `"}`)
	for what, err := range map[string]error{
		"append": err,
		"again":  l.Append(ctx, last, []journal.Record{{Seq: last + 1, Data: large.Data}}, true),
		"snap":   l.Append(ctx, last, []journal.Record{large}, true),
		"views":  l.UpdateViews(ctx, last, lines{last}),
	} {
		wantError(t, what, err, syscall.ENOSPC)
		if !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: the error does not name the file: %v", what, err)
		}
	}
	if got := int64(len(readFile(t, segmentPath(j.liveTrail("op"), 1)))); got != l.end.offset {
		t.Errorf("the segment has %d bytes, %d were acknowledged", got, l.end.offset)
	}
	if got := names(t, j.liveTrail("op")); got != "000001.jsonl" {
		t.Errorf("left behind: %s", got)
	}
	_, err = j.Create(ctx, "other", []journal.Record{{Seq: 1, Data: large.Data}}, false)
	wantError(t, "create", err, syscall.ENOSPC)
	journaltest.CheckRead(t, opened(t, j, "op"), 0, false, want)
	if got := names(t, j.dir); strings.Contains(got, "other") {
		t.Errorf("left behind: %s", got)
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	journaltest.MustAppend(t, l, large)
	if err := l.UpdateViews(ctx, last+1, lines{last + 1}); err != nil {
		t.Fatal(err)
	}
	journaltest.CheckRead(t, reader, 0, false, append(want, large))
}

// TestReadOnly: a ledger on a read-only file system can be read, and refuses
// everything else with EROFS.
func TestReadOnly(t *testing.T) {
	ctx := context.Background()
	dir := mountTmpfs(t)
	j := mustOpen(t, dir, Options{})
	for _, id := range []string{"old", "op"} {
		l, err := j.Create(ctx, id, journaltest.Records(1, 3), false)
		if err == nil && id == "old" {
			_, err = l.Archive(ctx)
		}
		if err := errors.Join(err, l.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("needs to remount: %v", err)
	}

	j = mustOpen(t, dir, Options{})
	reader := opened(t, j, "op")
	journaltest.CheckRead(t, reader, 0, false, journaltest.Records(1, 3))
	journaltest.CheckRead(t, opened(t, j, "old"), 0, false, journaltest.Records(1, 3))
	_, createErr := j.Create(ctx, "new", journaltest.Records(1, 1), false)
	_, enrollErr := j.Enroll("engine")
	_, archiveErr := reader.Archive(ctx)
	for what, err := range map[string]error{
		"append":   reader.Append(ctx, 3, journaltest.Records(4, 1), true),
		"snapshot": reader.Append(ctx, 3, []journal.Record{journaltest.Snapshot(4)}, true),
		"views":    reader.UpdateViews(ctx, 3, lines{3}),
		"create":   createErr,
		"enroll":   enrollErr,
		"archive":  archiveErr,
	} {
		wantError(t, what, err, syscall.EROFS)
	}
	if _, err := Open(filepath.Join(dir, "sub"), Options{}); !errors.Is(err, syscall.EROFS) {
		t.Errorf("open: %v", err)
	}
}
