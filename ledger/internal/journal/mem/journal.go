package mem

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// Journal is the view that one engine has of a [Store].
type Journal struct {
	store *Store
	ended error // why it refuses everything: closed or killed; guarded by store.mu
}

var _ journal.Journal = (*Journal)(nil)

// Store returns the store that the journal is a view of.
func (j *Journal) Store() *Store { return j.store }

// Create implements [journal.Journal].
func (j *Journal) Create(ctx context.Context, operationID string, first []journal.Record, sync bool) (journal.Log, error) {
	if err := journal.CheckID(operationID); err != nil {
		return nil, err
	}
	if err := journal.CheckBatch(0, first); err != nil {
		return nil, err
	}
	s := j.store
	defer s.listed() // after the mutex is free
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := j.usableLocked(ctx); err != nil {
		return nil, err
	}
	if s.operations[operationID] != nil {
		return nil, fmt.Errorf("%w: %s", journal.ErrExists, operationID)
	}
	op := &operation{id: operationID, records: cloneRecords(first)}
	s.operations[operationID] = op
	return &log{journal: j, op: op}, nil
}

// Open implements [journal.Journal].
func (j *Journal) Open(ctx context.Context, operationID string) (journal.Log, error) {
	if err := journal.CheckExistingID(operationID); err != nil {
		return nil, err
	}
	s := j.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := j.usableLocked(ctx); err != nil {
		return nil, err
	}
	op := s.operations[operationID]
	if op == nil {
		return nil, fmt.Errorf("%w: %s", journal.ErrNotFound, operationID)
	}
	return &log{journal: j, op: op}, nil
}

// BackupPath implements [journal.Journal].
func (j *Journal) BackupPath(operationID string) string {
	return (&operation{id: operationID}).path()
}

// List implements [journal.Journal].
func (j *Journal) List(ctx context.Context, archived bool) ([]string, error) {
	s := j.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := j.usableLocked(ctx); err != nil {
		return nil, err
	}
	var ids []string
	for id, op := range s.operations {
		if op.archived == archived {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Enroll implements [journal.Journal].
func (j *Journal) Enroll(engineID string) (release func() error, err error) {
	if err := journal.CheckID(engineID); err != nil {
		return nil, err
	}
	s := j.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := j.usableLocked(context.Background()); err != nil {
		return nil, err
	}
	if _, taken := s.engines[engineID]; taken {
		return nil, fmt.Errorf("%w: engine %s is enrolled", journal.ErrExists, engineID)
	}
	s.engines[engineID] = j
	return func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.engines[engineID] == j {
			delete(s.engines, engineID)
		}
		return nil
	}, nil
}

// Engines implements [journal.Journal].
func (j *Journal) Engines(ctx context.Context) ([]journal.Engine, error) {
	s := j.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := j.usableLocked(ctx); err != nil {
		return nil, err
	}
	var engines []journal.Engine
	for _, id := range slices.Sorted(maps.Keys(s.engines)) {
		engines = append(engines, journal.Engine{ID: id, Alive: s.engines[id] != nil})
	}
	return engines, nil
}

// Close implements [journal.Journal]. Watches end, and what is enrolled stays
// so until it is released.
func (j *Journal) Close() error {
	s := j.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if j.ended != nil {
		return nil
	}
	j.ended = journal.ErrClosed
	s.dropWatchesLocked(j)
	return nil
}

// usableLocked returns why the journal may not be used, if so.
func (j *Journal) usableLocked(ctx context.Context) error {
	if j.ended != nil {
		return j.ended
	}
	return ctx.Err()
}

// cloneRecords copies records deeply: callers reuse their buffers.
func cloneRecords(records []journal.Record) []journal.Record {
	clones := slices.Clone(records)
	for i := range clones {
		clones[i].Data = slices.Clone(clones[i].Data)
	}
	return clones
}
