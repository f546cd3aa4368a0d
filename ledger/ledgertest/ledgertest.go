// Package ledgertest opens ledgers for tests. Every ledger is checked for every
// inconsistency when its test ends.
package ledgertest

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/tomledger/tomledger/ledger"
)

// Ledger is a ledger that belongs to a test.
type Ledger struct {
	t     testing.TB
	open  func(ledger.Options) (*ledger.Engine, error)
	check func(context.Context) (*ledger.Report, error)
	// Dir is the ledger directory; empty for one in memory.
	Dir string
}

// Files makes a ledger in a directory of the test's own.
func Files(t testing.TB) *Ledger {
	dir := filepath.Join(t.TempDir(), "ledger") // made by the engine, with its modes
	l := &Ledger{t: t, Dir: dir}
	l.open = func(o ledger.Options) (*ledger.Engine, error) { return ledger.Open(dir, o) }
	l.check = func(ctx context.Context) (*ledger.Report, error) {
		return ledger.Check(ctx, dir, ledger.CheckOptions{})
	}
	t.Cleanup(l.Check)
	return l
}

// Memory makes a ledger in memory.
func Memory(t testing.TB) *Ledger {
	m := ledger.NewMemory()
	l := &Ledger{t: t, open: m.Open, check: m.Check}
	t.Cleanup(l.Check)
	return l
}

// Each runs a test on a ledger of each kind.
func Each(t *testing.T, test func(t *testing.T, l *Ledger)) {
	for name, kind := range map[string]func(testing.TB) *Ledger{"files": Files, "memory": Memory} {
		t.Run(name, func(t *testing.T) { test(t, kind(t)) })
	}
}

// Engine opens an engine that is closed when the test ends, before the check.
func (l *Ledger) Engine(opts ledger.Options) *ledger.Engine {
	l.t.Helper()
	e, err := l.open(opts)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		if err := e.Close(); err != nil {
			l.t.Error(err)
		}
	})
	return e
}

// Check fails the test for everything that is wrong with the ledger. Sessions
// that are still open when their engine is closed are the test's own business.
func (l *Ledger) Check() {
	l.t.Helper()
	report, err := l.check(context.Background())
	if err != nil {
		l.t.Error(err)
		return
	}
	for _, f := range report.Findings {
		if f.Kind != ledger.KindOrphan {
			l.t.Errorf("check: %s: %s %s: %s %s", f.Severity, f.Kind, f.OperationID, f.Path, f.Message)
		}
	}
}
