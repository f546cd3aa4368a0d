// Package rpc is the part that every bad schema shares; it is fine by itself.
package rpc

// ProtocolVersion is the version.
const ProtocolVersion = "1.0"

// Code is an error code.
type Code int64

const (
	// CodeNotFound is something unknown.
	CodeNotFound Code = 1001
)

// ErrorData is what errors carry.
type ErrorData struct {
	// Code is the name of the error.
	Code string `json:"code"`
}

// Empty is nothing.
type Empty struct{}

// Events are the events.
type Events interface{}
