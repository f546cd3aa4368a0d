package file

import (
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

func TestConformance(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) journaltest.Opener {
		dir := t.TempDir()
		return func() journal.Journal { return mustOpen(t, dir, Options{}) }
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
