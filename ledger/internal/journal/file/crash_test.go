package file

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

// crashed is what a crashing disk panics with.
type crashed struct{ step string }

// crashingDisk lets some steps happen, and then the process is gone.
type crashingDisk struct {
	disk
	left int
}

func (d *crashingDisk) step(what string) {
	if d.left == 0 {
		panic(crashed{what})
	}
	d.left--
}

func (d *crashingDisk) Mkdir(path string) error { d.step("mkdir " + path); return d.disk.Mkdir(path) }

func (d *crashingDisk) WriteFile(path string, data []byte, sync bool) error {
	d.step("write " + path)
	return d.disk.WriteFile(path, data, sync)
}

func (d *crashingDisk) Rename(from, to string) error {
	d.step("rename " + to)
	return d.disk.Rename(from, to)
}

func (d *crashingDisk) Remove(path string) error {
	d.step("remove " + path)
	return d.disk.Remove(path)
}

func (d *crashingDisk) RemoveAll(dir, name string) error {
	d.step("remove all " + name)
	return d.disk.RemoveAll(dir, name)
}

func (d *crashingDisk) SyncDir(path string) error {
	d.step("sync " + path)
	return d.disk.SyncDir(path)
}

// crashAfter runs do on a disk that crashes after some steps, and returns the
// step that did not happen, or "" if do came to its end.
func crashAfter(t *testing.T, j *Journal, steps int, do func() error) (missing string) {
	t.Helper()
	j.disk = &crashingDisk{disk: j.disk, left: steps}
	defer func() {
		if r := recover(); r != nil {
			missing = r.(crashed).step
		}
	}()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	return ""
}

// crashEverywhere runs prepare, then do, which crashes after 0, 1, 2, … steps,
// then check, each on a journal of its own, until do comes to its end.
func crashEverywhere(t *testing.T, options Options, prepare func(*Journal), do func(*Journal) error, check func(*Journal)) {
	t.Helper()
	for steps := 0; ; steps++ {
		dir := t.TempDir()
		prepare(mustOpen(t, dir, options))
		victim := mustOpen(t, dir, options)
		missing := crashAfter(t, victim, steps, func() error { return do(victim) })
		t.Logf("%d steps, without %s", steps, strings.ReplaceAll(missing, dir, "…"))
		check(mustOpen(t, dir, options))
		if missing == "" {
			return
		}
	}
}

// withLog calls do with a handle that is closed in any case, as the kernel
// closes the files of a process that crashes.
func withLog(j *Journal, id string, do func(journal.Log) error) error {
	l, err := j.Open(context.Background(), id)
	if err != nil {
		return err
	}
	defer l.Close()
	return do(l)
}

// TestCrashInCreate: the log is there as a whole, or it isn't and can be made.
func TestCrashInCreate(t *testing.T) {
	ctx := context.Background()
	crashEverywhere(t, Options{}, func(*Journal) {}, func(j *Journal) error {
		_, err := j.Create(ctx, "op", journaltest.Records(1, 2), true)
		return err
	}, func(j *Journal) {
		ids, err := j.List(ctx, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(ids) == 0 {
			_, err := j.Open(ctx, "op")
			wantError(t, "open", err, journal.ErrNotFound)
			l, err := j.Create(ctx, "op", journaltest.Records(1, 2), false)
			checkedLog(t, l, err)
		}
		checkGoesOn(t, j, 2)
	})
}

// TestCrashInSnapshot: the batch is there as a whole or not at all, and others,
// who know the log as it was, go on from there.
func TestCrashInSnapshot(t *testing.T) {
	batch := append(journaltest.Records(3, 1), journaltest.Snapshot(4), journaltest.Records(5, 1)[0])
	var witness *log
	crashEverywhere(t, Options{Trail: TrailRetention{Events: 1}}, func(j *Journal) {
		l := created(t, j, "op")
		journaltest.MustAppend(t, l, journaltest.Records(2, 1)...)
		witness = opened(t, j, "op")
		journaltest.CheckRead(t, witness, 0, false, journaltest.Records(1, 2))
	}, func(j *Journal) error {
		return withLog(j, "op", func(l journal.Log) error {
			return l.Append(context.Background(), 2, batch, true)
		})
	}, func(j *Journal) {
		seen, err := journaltest.ReadAll(witness, 2, false)
		if err != nil {
			t.Fatal(err)
		}
		// The retention may have deleted what is before the snapshot.
		if n := len(seen); n != 0 && !slices.Contains([]int64{3, 4}, seen[0].Seq) || n > 0 && seen[n-1].Seq != 5 {
			t.Fatalf("half a batch: %v", seen)
		}
		last := int64(2)
		if len(seen) > 0 {
			last = 5
		}
		journaltest.MustAppend(t, witness, journaltest.Records(last+1, 1)...)
		journaltest.MustAppend(t, witness, journaltest.Snapshot(last+2))
		journaltest.CheckRead(t, opened(t, j, "op"), 0, true, []journal.Record{journaltest.Snapshot(last + 2)})
		if got := names(t, j.liveTrail("op")); strings.Contains(got, " ") {
			t.Errorf("the retention keeps one segment: %s", got)
		}
	})
}

// TestCrashInArchive: wherever it stopped, the log can be opened and read, and
// the next Archive leaves the same.
func TestCrashInArchive(t *testing.T) {
	ctx := context.Background()
	var witness *log
	crashEverywhere(t, Options{Backups: BackupRetention{Count: 1}}, func(j *Journal) {
		old := created(t, j, "old")
		if _, err := old.Archive(ctx); err != nil {
			t.Fatal(err)
		}
		l := created(t, j, "op")
		if err := l.UpdateViews(ctx, 1, lines{1}); err != nil {
			t.Fatal(err)
		}
		witness = opened(t, j, "op")
		journaltest.CheckRead(t, witness, 0, false, journaltest.Records(1, 1))
	}, func(j *Journal) error {
		return withLog(j, "op", func(l journal.Log) error {
			_, err := l.Archive(ctx)
			return err
		})
	}, func(j *Journal) {
		journaltest.CheckRead(t, witness, 0, false, journaltest.Records(1, 1))
		l := opened(t, j, "op")
		journaltest.CheckRead(t, l, 0, false, journaltest.Records(1, 1))
		path, err := l.Archive(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if want := "operation.debug.log operation.json operation.log trail"; names(t, path) != want {
			t.Errorf("archived: %s, want %s", names(t, path), want)
		}
		if got := names(t, j.dir); got != backupDir {
			t.Errorf("left behind: %s", got)
		}
		// Another operation's end brings the retention to its end as well.
		if _, err := created(t, j, "new").Archive(ctx); err != nil {
			t.Fatal(err)
		}
		if got := names(t, filepath.Join(j.dir, backupDir)); got != "new" {
			t.Errorf("backups: %s, want new", got)
		}
		wantError(t, "append", witness.Append(ctx, 1, journaltest.Records(2, 1), true), journal.ErrNotFound)
	})
}

// names lists a directory.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

// lines renders one line for each of a number of records.
type lines struct{ last int64 }

func (v lines) Document() []byte { return fmt.Appendf(nil, "{\"seq\": %d}\n", v.last) }
func (v lines) Rebuild() bool    { return false }

func (v lines) Lines(after int64, debug bool) ([]byte, error) {
	var text []byte
	for seq := after + 1; seq <= v.last; seq++ {
		text = fmt.Appendf(text, "a line debug=%t seq=%d\n", debug, seq)
	}
	return text, nil
}
