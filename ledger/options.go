package ledger

import (
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"
)

// Durability is what an acknowledged change survives.
type Durability string

// The settings of durability.
const (
	// ProcessDurability survives the death of any process.
	ProcessDurability Durability = "process"
	// BalancedDurability, the default, syncs what creates or ends an
	// obligation to disk before it is acknowledged, and the rest within 100 ms.
	BalancedDurability Durability = "balanced"
	// DiskDurability syncs everything to disk before it is acknowledged.
	DiskDurability Durability = "disk"
)

// Timings are the engine's own. They are related: views are repaired and the
// rest is synced at the same pace, because both bound what a power cut costs.
type Timings struct {
	// Coalesce is how long views may lag and balanced durability may wait: 100 ms.
	Coalesce time.Duration
	// FinishForeign is how long an engine gives another to archive an operation
	// which that one ended, before it does so itself: 50 ms.
	FinishForeign time.Duration
	// FollowPoll is how often the list of operations is read for those who
	// follow all of them, should the file system tell nothing: 2 s.
	FollowPoll time.Duration
}

// Clock is where an engine gets its time from.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f on some goroutine after d, unless stopped before.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// systemClock is the machine's.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }
func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// Options configure an engine. The zero value is what most want.
type Options struct {
	// EngineID names the engine; left empty, one is made.
	EngineID string
	// Host names the machine; left empty, it is asked.
	Host string
	// Durability is what an acknowledged change survives: balanced, if empty.
	Durability Durability
	// Limits bound what one operation may hold.
	Limits Limits
	// Retention bounds what is kept of the past.
	Retention Retention
	// Timings are the engine's own.
	Timings Timings
	// LockTimeout is how long to wait for another process's lock: 2 s.
	LockTimeout time.Duration
	// PollInterval is how often watched operations are looked at where the file
	// system tells nothing of its changes: 2 s.
	PollInterval time.Duration
	// MaxLoaded is how many operations that nobody follows are kept in memory: 256.
	MaxLoaded int
	// ReadOnly makes an engine that changes nothing: it needs an existing ledger,
	// takes no part in the work of the others, and refuses commands with
	// [ErrReadOnly].
	ReadOnly bool
	// Logger gets what is not an operation's business; nil: nothing.
	Logger *slog.Logger
	// Clock and Random are replaced in simulations.
	Clock  Clock
	Random func() uint64
}

// Retention bounds what is kept of the past. The zero value keeps the newest 20
// archived operations and all of a live one.
type Retention struct {
	Backups     int           // archived operations: 20 if 0, any number if negative
	BackupAge   time.Duration // since they were archived; 0: any
	BackupBytes int64         // of them all; 0: any
	TrailEvents int64         // of a live operation; 0: any
	TrailBytes  int64         // of a live operation; 0: any
	TrailAge    time.Duration // of a live operation; 0: any
}

func (o Options) withDefaults() (Options, error) {
	if o.ReadOnly {
		o.Durability = ProcessDurability // nothing to sync
	}
	switch o.Durability {
	case "":
		o.Durability = BalancedDurability
	case ProcessDurability, BalancedDurability, DiskDurability:
	default:
		return o, &Error{Code: InvalidParams, Field: "durability", Message: "durability is process, balanced or disk"}
	}
	if o.EngineID == "" {
		o.EngineID = "eng-" + uuid.NewString()[:13]
	}
	if !validName(o.EngineID, 64, "_.-") {
		return o, errors.New("ledger: Options.EngineID is no valid name")
	}
	if o.Host == "" {
		host, err := os.Hostname()
		if err != nil {
			host = "localhost"
		}
		o.Host = host
	}
	defaultTo(&o.Timings.Coalesce, 100*time.Millisecond)
	defaultTo(&o.Timings.FinishForeign, 50*time.Millisecond)
	defaultTo(&o.Timings.FollowPoll, 2*time.Second)
	defaultTo(&o.MaxLoaded, 256)
	o.Limits = o.Limits.withDefaults()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.Random == nil {
		o.Random = randomUint64
	}
	return o, nil
}

func defaultTo[T int | time.Duration](v *T, d T) {
	if *v == 0 {
		*v = d
	}
}

// randomUint64 draws from the source of UUIDs.
func randomUint64() uint64 {
	u := uuid.New()
	var r uint64
	for _, b := range u[8:] {
		r = r<<8 | uint64(b)
	}
	return r
}
