package file

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(runRole(role, os.Args[1:]))
	}
	os.Exit(m.Run())
}

func TestConformance(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) journaltest.Opener {
		dir := t.TempDir()
		return func() journal.Journal { return mustOpen(t, dir, Options{}) }
	})
}

// TestConformancePolling runs the suite on a file system that reports nothing.
func TestConformancePolling(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) journaltest.Opener {
		dir := t.TempDir()
		options := Options{NoNotify: true, PollInterval: 1e6}
		return func() journal.Journal { return mustOpen(t, dir, options) }
	})
}

func mustOpen(t testing.TB, dir string, options Options) *Journal {
	t.Helper()
	j, err := Open(dir, options)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// created makes a log with one record.
func created(t testing.TB, j *Journal, id string) *log {
	t.Helper()
	l, err := j.Create(context.Background(), id, journaltest.Records(1, 1), false)
	return checkedLog(t, l, err)
}

// opened opens a log.
func opened(t testing.TB, j *Journal, id string) *log {
	t.Helper()
	l, err := j.Open(context.Background(), id)
	return checkedLog(t, l, err)
}

func checkedLog(t testing.TB, l journal.Log, err error) *log {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l.(*log)
}

// sample makes a ledger with a log of n records, each appended by itself, and
// returns the path and the content of its only segment.
func sample(t testing.TB, n int) (j *Journal, path string, content []byte) {
	t.Helper()
	j = mustOpen(t, t.TempDir(), Options{})
	l := created(t, j, "op")
	for seq := 2; seq <= n; seq++ {
		journaltest.MustAppend(t, l, journaltest.Records(int64(seq), 1)...)
	}
	path = segmentPath(j.liveTrail("op"), 1)
	return j, path, readFile(t, path)
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func writeFile(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, fileMode); err != nil {
		t.Fatal(err)
	}
}

func wantError(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}
