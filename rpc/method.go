package rpc

import "context"

// Reply receives the answer to a request: once, from any goroutine, with
// either a result or an error. An error that is no [*Error] is reported to the
// client as an internal error.
type Reply[R any] func(result *R, err error)

// Method is one entry of the generated dispatch table.
type Method struct {
	// Name is the name on the wire.
	Name string
	// Mutating methods take a requestKey and change the ledger.
	Mutating bool
	// Waits marks a method whose handler may block: it gets a goroutine of its
	// own and holds nothing up. Every other handler must return in microseconds,
	// and reply when it can.
	Waits bool
	// Overtakes marks a method that need not wait for earlier requests.
	Overtakes bool
	// Always marks a method that is answered before initialize.
	Always bool
	// Call decodes params, which may be empty, checks that what is required is
	// there, and calls the handler; or it replies with invalidParams.
	Call func(ctx context.Context, h Handler, params []byte, reply func(result any, err error))
}

// Caller sends a request and decodes its result; the generated client stands
// on it. An error answer is returned as an [*Error].
type Caller interface {
	Call(ctx context.Context, method string, params, result any) error
}

// Notifier sends a notification. The generated [EventClient] stands on it.
type Notifier interface {
	Notify(method string, params any)
}
