package ledger

import "github.com/tomledger/tomledger/ledger/internal/journal/mem"

// Memory is a ledger that lives in this process only, for tests and
// simulations. Several engines may be opened on it.
type Memory struct{ store *mem.Store }

// NewMemory returns an empty ledger.
func NewMemory() *Memory { return &Memory{mem.NewStore()} }

// Open starts an engine on the ledger.
func (m *Memory) Open(opts Options) (*Engine, error) { return open(m.store.Journal(), opts) }
