// Package mem keeps logs in memory, for tests and for simulations.
//
// A [Store] stands for the ledger directory, and each [Journal] made from it
// for the view of one process on it. Nothing happens by itself: there are no
// goroutines and no timers. Whoever appends calls the watches of all views, in
// the order in which they were set up, before Append returns, so that a
// single-threaded simulation in virtual time sees the same order in every run.
// A callback may therefore be called while its own engine is inside Append: it
// must take note and return, and must not wait for anything the appender holds.
package mem

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// ErrKilled is what everything returns that an engine tries after [Store.Kill].
var ErrKilled = errors.New("mem: the engine has been killed")

// Store is a ledger in memory. Its methods may be called concurrently.
type Store struct {
	mu         sync.Mutex // guards everything below, and the fields of operation and Journal
	operations map[string]*operation
	engines    map[string]*Journal // the view an engine enrolled through; nil once it is dead
	lists      []*watch            // of the list of operations
}

// operation is one log with its views.
type operation struct {
	id       string
	archived bool
	records  []journal.Record // only appended to: readers keep prefixes of it
	views    journal.ViewData
	viewed   int64 // the record up to which the log views go
	watches  []*watch
}

// NewStore returns an empty ledger.
func NewStore() *Store {
	return &Store{operations: map[string]*operation{}, engines: map[string]*Journal{}}
}

// Journal returns a view of the store as a process of its own would have it.
func (s *Store) Journal() *Journal { return &Journal{store: s} }

// Kill ends the engine as SIGKILL would: its enrolment is over, the view it
// enrolled through refuses everything with [ErrKilled], and its watches are
// silent. It does nothing if no such engine is alive.
func (s *Store) Kill(engineID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.engines[engineID]
	if j == nil {
		return
	}
	s.engines[engineID] = nil
	j.ended = ErrKilled
	s.dropWatchesLocked(j)
}

// Records returns a copy of what the log holds, live or archived; nil if there
// is none.
func (s *Store) Records(operationID string) []journal.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	op := s.operations[operationID]
	if op == nil {
		return nil
	}
	return slices.Clone(op.records)
}

// Trim deletes what is before the newest snapshot of the log, as the retention
// of the trail does.
func (s *Store) Trim(operationID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	op := s.operations[operationID]
	if op == nil {
		return fmt.Errorf("%w: %s", journal.ErrNotFound, operationID)
	}
	if i := newestSnapshot(op.records); i > 0 {
		op.records = slices.Clone(op.records[i:])
	}
	return nil
}

// newestSnapshot returns the index of the newest snapshot, or -1.
func newestSnapshot(records []journal.Record) int {
	for i := len(records) - 1; i >= 0; i-- {
		if records[i].Snapshot {
			return i
		}
	}
	return -1
}

// dropWatchesLocked removes the watches that j has set up.
func (s *Store) dropWatchesLocked(j *Journal) {
	for _, op := range s.operations {
		op.watches = slices.DeleteFunc(op.watches, func(w *watch) bool {
			if w.owner != j {
				return false
			}
			w.stop()
			return true
		})
	}
}
