package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/file"
)

// Severity tells how bad a finding is.
type Severity string

// The severities of findings.
const (
	// SeverityError is something that must never be.
	SeverityError Severity = "error"
	// SeverityWarning is something that a running or killed engine leaves and
	// the next one mends.
	SeverityWarning Severity = "warning"
)

// The kinds of findings.
const (
	KindUnreadable = "unreadable" // the log can't be read past a point
	KindState      = "state"      // events lead to a state that contradicts itself
	KindSnapshot   = "snapshot"   // a snapshot differs from what led to it
	KindView       = "view"       // a view is missing or differs from the log
	KindUnarchived = "unarchived" // the operation has ended and is not in the backups
	KindOrphan     = "orphan"     // a session whose engine is gone
	KindLeftover   = "leftover"   // a file that belongs to no operation
	KindMode       = "mode"       // others may read or write
)

// Finding is one inconsistency.
type Finding struct {
	OperationID string   `json:"operationId,omitempty"`
	Severity    Severity `json:"severity"`
	Kind        string   `json:"kind"`
	Path        string   `json:"path,omitempty"`
	Message     string   `json:"message"`
	Repaired    bool     `json:"repaired"`
}

// Report is what a check has found.
type Report struct {
	Operations int       `json:"operations"`
	Findings   []Finding `json:"findings"`
}

// CheckOptions say what a check does beside looking.
type CheckOptions struct {
	// Repair mends what can be rebuilt from the log: views, modes, unfinished
	// archives and leftovers.
	Repair bool
}

// Check reads a whole ledger directory and reports every inconsistency between
// logs, states and views. It may run beside engines; what they are just about
// to write is a warning then. It returns an error only if the directory itself
// can't be read.
func Check(ctx context.Context, dir string, opts CheckOptions) (*Report, error) {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no directory", dir)
	}
	if err != nil {
		return nil, &Error{Code: StorageFailed, Path: dir, Message: "there is no ledger here", cause: err}
	}
	j, err := file.Open(dir, file.Options{})
	if err != nil {
		return nil, storageError("", err)
	}
	report, err := check(ctx, j, opts)
	if err == nil {
		var problems []file.Problem
		problems, err = file.Inspect(dir, opts.Repair)
		for _, p := range problems {
			report.add(Finding{Severity: SeverityWarning, Kind: p.Kind, Path: p.Path, Message: p.Message, Repaired: p.Repaired})
		}
	}
	return report, errors.Join(err, j.Close())
}

// Check does the same for a ledger in memory.
func (m *Memory) Check(ctx context.Context) (*Report, error) {
	j := m.store.Journal()
	report, err := check(ctx, j, CheckOptions{})
	return report, errors.Join(err, j.Close())
}

func (r *Report) add(f Finding) { r.Findings = append(r.Findings, f) }

func check(ctx context.Context, j journal.Journal, opts CheckOptions) (*Report, error) {
	report := &Report{Findings: []Finding{}}
	engines, err := j.Engines(ctx)
	if err != nil {
		return nil, storageError("", err)
	}
	alive := map[string]bool{}
	for _, e := range engines {
		alive[e.ID] = e.Alive
	}
	for _, archived := range []bool{false, true} {
		ids, err := j.List(ctx, archived)
		if err != nil {
			return nil, storageError("", err)
		}
		for _, id := range ids {
			c := &checker{journal: j, id: id, opts: opts, report: report, alive: alive}
			if err := c.operation(ctx); err != nil {
				return nil, err
			}
			report.Operations++
		}
	}
	return report, nil
}

// checker checks one operation.
type checker struct {
	journal journal.Journal
	id      string
	opts    CheckOptions
	report  *Report
	alive   map[string]bool

	log    journal.Log
	state  *State
	events []*Event
}

func (c *checker) add(severity Severity, kind, path, format string, args ...any) {
	c.report.add(Finding{OperationID: c.id, Severity: severity, Kind: kind, Path: path, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) operation(ctx context.Context) error {
	log, err := c.journal.Open(ctx, c.id)
	if errors.Is(err, journal.ErrNotFound) {
		return nil // archived and pruned since it was listed
	}
	if err != nil {
		c.add(SeverityError, KindUnreadable, "", "the log can't be opened: %v", err)
		return nil
	}
	c.log = log
	defer log.Close()
	if err := c.replay(ctx); err != nil {
		var bad *journal.CorruptError
		path := ""
		if errors.As(err, &bad) {
			path = bad.Path
		}
		c.add(SeverityError, KindUnreadable, path, "the log can't be read past event %d: %v", c.state.Seq, err)
		return ctx.Err()
	}
	for _, problem := range c.state.contradictions() {
		c.add(SeverityError, KindState, "", "%s", problem)
	}
	c.orphans()
	c.views(ctx)
	c.unarchived(ctx)
	return ctx.Err()
}

// replay folds the whole log and compares each snapshot with what led to it.
func (c *checker) replay(ctx context.Context) error {
	c.state = newState()
	for record, err := range c.log.Read(ctx, 0, false) {
		if err != nil {
			return err
		}
		e, err := decodeEvent(record)
		if err != nil {
			return err
		}
		before := c.state
		c.state = before.apply(e)
		c.events = append(c.events, e)
		if e.Type() == TypeSnapshot && before.Seq > 0 && !sameState(before, c.state) {
			c.add(SeverityError, KindSnapshot, "", "the snapshot in event %d differs from what the events before it lead to", e.Seq)
		}
	}
	if c.state.Seq > 0 && c.state.OperationID != c.id {
		c.add(SeverityError, KindState, "", "the log is that of operation %q", c.state.OperationID)
	}
	return nil
}

func sameState(a, b *State) bool {
	x, errA := json.Marshal(a.save())
	y, errB := json.Marshal(b.save())
	return errA == nil && errB == nil && bytes.Equal(x, y)
}

// orphans reports sessions that nobody holds.
func (c *checker) orphans() {
	if c.state.Phase.Ended() {
		return
	}
	for _, s := range c.state.Sessions() {
		if s.Lost == nil && !c.alive[s.EngineID] {
			c.add(SeverityWarning, KindOrphan, "", "session %d of %s is open and its engine %s is gone", s.ID, s.ParticipantID, s.EngineID)
		}
	}
}

// unarchived reports an operation that has ended and still lies with the live ones.
func (c *checker) unarchived(ctx context.Context) {
	_, archived := c.log.Archived()
	if !c.state.Phase.Ended() || archived && !c.opts.Repair {
		return
	}
	if !archived {
		c.add(SeverityWarning, KindUnarchived, "", "the operation has ended and is not archived")
	}
	if !c.opts.Repair {
		return
	}
	// An archive that was begun is finished, too: some of it may lie behind.
	if _, err := c.log.Archive(ctx); !archived || err != nil {
		c.repaired(err)
	}
}

// repaired marks the last finding, or adds why it could not be mended.
func (c *checker) repaired(err error) {
	if len(c.report.Findings) == 0 {
		c.add(SeverityWarning, KindUnarchived, "", "the archive is unfinished")
	}
	last := &c.report.Findings[len(c.report.Findings)-1]
	if err != nil {
		last.Message += fmt.Sprintf(" (repair failed: %v)", err)
		return
	}
	last.Repaired = true
}
