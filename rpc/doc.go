// Package rpc is the wire contract of a tomledger sidecar: every method, event,
// type and error code, as Go source with documentation.
//
// It is the only place where the contract is written down. The command
// `go generate ./rpc` (package rpc/gen) reads it and emits the Go dispatch
// table and typed client, the TypeScript and Dart protocol files, the OpenRPC
// document and the reference tables of protocol.md.
//
// # What may stand here
//
// The generator accepts a small closed language, so that whatever it accepts
// can be said in Go, TypeScript and Dart alike:
//
//   - [Service] holds what a client may ask of a sidecar, [Events] what a
//     sidecar tells or asks its client. A method takes one parameter struct
//     and returns one result struct; a method without parameters or without a
//     result uses [Empty].
//   - Fields are string, bool, int64, float64, [Time], [RawJSON], a string
//     enum, a struct, a slice of those, or a map from string to one of them.
//     Durations are int64 in fields whose wire name ends in Ms. Integers stay
//     below 2^53, and in parameters they are not negative.
//   - A field is optional when its tag says omitempty. Optional fields that
//     must tell "absent" from the zero value are pointers. A required string,
//     slice or raw value must not be empty in parameters unless its comment
//     carries rpc:empty.
//   - Embedded structs, unions, interfaces and unmarked `any` are refused, and
//     so is anything exported without a doc comment.
//
// Directive comments carry what Go's syntax can't:
//
//	//rpc:method NAME [mutating] [waits] [overtakes] [always]
//	//rpc:errors CODE ...
//	//rpc:notification NAME
//	//rpc:request NAME
//	//rpc:empty (on a field)
//
// "mutating" methods take a requestKey; "waits" methods may take long and hold
// nothing up; "overtakes" methods need not wait for earlier requests; "always"
// methods are answered before initialize and in every protocol version.
//
//go:generate go run ./gen/rpcgen ..
package rpc
