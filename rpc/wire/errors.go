package wire

import (
	"context"
	"errors"
	"fmt"

	"github.com/tomledger/tomledger/rpc"
)

// Why a connection ended. Serve, Call and Err return errors that wrap one of
// these, or the transport's own error.
var (
	// ErrClosed is a connection that this side closed.
	ErrClosed = errors.New("connection closed")
	// ErrHalfFrame is a stream that ended inside a message.
	ErrHalfFrame = errors.New("connection ended inside a message")
	// ErrMalformedHeader is a header after which no message can be found.
	ErrMalformedHeader = errors.New("malformed message header")
	// ErrFrameTooLarge is a message too large to be skipped.
	ErrFrameTooLarge = errors.New("message too large")
	// ErrSlowConsumer is a peer that does not read what it is sent.
	ErrSlowConsumer = errors.New("slow consumer: the client does not read what it is sent")
)

// errCancelled is the cause of a request's context after $/cancelRequest.
var errCancelled = errors.New("cancelled by the client")

// toWire is what the peer is told about err. ctx is the request's.
func toWire(ctx context.Context, err error) *rpc.Error {
	if e, ok := errors.AsType[*rpc.Error](err); ok {
		return e
	}
	cancelled := errors.Is(err, context.Canceled) || errors.Is(err, errCancelled)
	if cancelled && ctx.Err() != nil {
		return rpc.NewError(rpc.CodeRequestCancelled, "The request was cancelled.", rpc.ErrorData{})
	}
	return rpc.NewError(rpc.CodeInternalError, fmt.Sprintf("Internal error: %v.", err), rpc.ErrorData{})
}

// invalidRequest is JSON that is no request.
func invalidRequest(format string, args ...any) *rpc.Error {
	return rpc.NewError(rpc.CodeInvalidRequest, fmt.Sprintf(format, args...), rpc.ErrorData{})
}

// tooLarge refuses a message of more than limit bytes.
func tooLarge(limit int) *rpc.Error {
	return rpc.NewError(rpc.CodeLimitExceeded,
		fmt.Sprintf("The message is larger than %d bytes; send less at once.", limit),
		rpc.ErrorData{Limit: int64(limit)})
}

// panicError is a handler that panicked.
type panicError struct{ value any }

func (e *panicError) Error() string { return fmt.Sprintf("the handler panicked: %v", e.value) }
