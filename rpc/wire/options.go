package wire

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/tomledger/tomledger/rpc"
)

// Options configures a connection. The zero value is a client that ignores what
// it is told.
type Options struct {
	// Lookup finds a method by its name on the wire, or returns nil. Without it
	// every request is answered with methodNotFound.
	Lookup func(name string) *rpc.Method
	// Admit is asked on the read loop before a request is dispatched; its error
	// is the answer. Nil admits everything.
	Admit func(m *rpc.Method) error
	// Notification receives notifications that Lookup does not know, in order,
	// on the read loop. params are valid until it returns, and nil if there are
	// none. Nil ignores them.
	Notification func(method string, params []byte)
	// Limits bounds what a peer may cost.
	Limits Limits
	// Logger receives what neither side is told otherwise. Nil discards it.
	Logger *slog.Logger
}

// Limits bounds what one connection may cost. Zero fields mean the defaults.
type Limits struct {
	// MaxFrameBytes is the size of one message in either direction, without its
	// header. 16 MiB.
	MaxFrameBytes int
	// MaxHeaderBytes is the size of a header block. 8 KiB; at most 16 KiB.
	MaxHeaderBytes int
	// MaxQueuedRequests is how many requests may be unanswered. 1024.
	MaxQueuedRequests int
	// MaxQueuedBytes is how many bytes may wait for the peer before log lines are
	// dropped, reading pauses, and the slow-consumer clock runs. 8 MiB.
	MaxQueuedBytes int
	// SlowConsumer is how long the queue may be full without the peer reading
	// anything. 30 s.
	SlowConsumer time.Duration
}

// The defaults of Limits.
const (
	DefaultMaxFrameBytes     = 16 << 20
	DefaultMaxHeaderBytes    = 8 << 10
	DefaultMaxQueuedRequests = 1024
	DefaultMaxQueuedBytes    = 8 << 20
	DefaultSlowConsumer      = 30 * time.Second
)

// WithDefaults replaces zero fields, so that the limits can be announced.
func (l Limits) WithDefaults() Limits {
	setDefault(&l.MaxFrameBytes, DefaultMaxFrameBytes)
	setDefault(&l.MaxHeaderBytes, DefaultMaxHeaderBytes)
	setDefault(&l.MaxQueuedRequests, DefaultMaxQueuedRequests)
	setDefault(&l.MaxQueuedBytes, DefaultMaxQueuedBytes)
	setDefault(&l.SlowConsumer, DefaultSlowConsumer)
	return l
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// validate reports a limit that can't be kept.
func (l Limits) validate() error {
	switch {
	case l.MaxFrameBytes < 0, l.MaxHeaderBytes < 0, l.MaxQueuedRequests < 0, l.MaxQueuedBytes < 0, l.SlowConsumer < 0:
		return fmt.Errorf("wire: limits must not be negative: %+v", l)
	case l.MaxHeaderBytes > readBuffer:
		return fmt.Errorf("wire: MaxHeaderBytes is %d; at most %d is possible", l.MaxHeaderBytes, readBuffer)
	}
	return nil
}

// withDefaults completes o and panics if it can't be: options come from code.
func (o Options) withDefaults() Options {
	o.Limits = o.Limits.WithDefaults()
	if err := o.Limits.validate(); err != nil {
		panic(err)
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
