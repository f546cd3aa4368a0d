// Package gen reads the wire contract in package rpc and writes everything
// that follows from it: the Go dispatch table and client, the TypeScript and
// Dart protocol files, the OpenRPC document and the tables of protocol.md.
// Run it with
//
//	go generate ./rpc
//
// [Generate] returns the files without writing them; the command and the test
// that compares them with what is on disk both call it.
//
// The schema is read with go/parser alone. Type checking it would need the
// generated half of package rpc, which may be missing or out of date just when
// this package has to run; and the language is small enough that a type is
// known by its name.
//
// # Restrictions
//
// What can't be said in Go, TypeScript and Dart alike is refused, with file and
// line, and one error each (see testdata/bad for an example of every one):
//
//   - Service and Events are interfaces without embedding. Each method has a
//     doc comment and exactly one of the directives rpc:method,
//     rpc:notification and rpc:request, where it belongs.
//   - A method is M(ctx context.Context, p *Params) (*Result, error), a
//     notification M(p *Params). Both structs are named and in the package.
//   - Wire names are "word", "noun/verb" or begin with "rpc." or "$/", and are
//     used once. Flags and error codes are known ones, without repetition.
//   - A method is mutating if and only if its parameters have a requestKey,
//     an optional string.
//   - A struct has a doc comment, and so has each field. Fields are exported,
//     not embedded, and have a json tag with a camelCase name that is unique in
//     its struct and no reserved word; omitempty is the only option.
//   - A field is string, bool, int64, float64, Time, RawJSON, a string enum, a
//     struct, a slice of those, or a map from string to one of them. There are
//     no interfaces, functions, channels, arrays, anonymous structs, generic
//     types, nested lists or types of other packages, and no other sizes of
//     numbers.
//   - A pointer marks an optional scalar, time or struct and nothing else. An
//     optional time or struct must be a pointer, because encoding/json never
//     omits it otherwise.
//   - Durations are int64 in fields whose names end in Ms. There is no
//     time.Duration, and nothing else ends in Ms.
//   - rpc:empty stands only on required strings, lists and raw values.
//   - An enum is a string type with a doc comment and at least one constant,
//     each documented and distinct, and written as a literal.
//   - Error codes are constants of type Code named Code..., documented, and
//     distinct integer literals.
package gen
