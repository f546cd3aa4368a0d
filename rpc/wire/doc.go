// Package wire carries JSON-RPC 2.0 over a byte stream: framing, connections,
// ordering, limits, panics, cancellation and backpressure. It knows no method;
// package rpc has the table, and whoever serves a connection has the handler.
//
// # Framing
//
// The first byte of a connection decides. '{' or '[' means newline-delimited
// JSON, one message a line; anything else means LSP's Content-Length header.
// The answers come in the framing of the questions. A side that speaks first
// uses the header.
//
// # Who does what
//
// Package sourcegraph/jsonrpc2 keeps the requests we send and matches the
// answers to them. Everything that arrives as a request passes it by: its
// ObjectStream seam lets our stream read, and the stream answers the peer's
// requests by itself before it hands the next response up. The library's own
// way was measured at 26 µs and 87 allocations a request, because every message
// is parsed four times; it can't answer malformed JSON or a batch; it mangles
// negative ids; and it recovers no panic. Leaving it out altogether was the
// alternative: pending requests, their ids and their end when the connection
// closes are what it does well.
//
// # The read loop
//
// One goroutine reads, scans the envelope once, and calls the method. A method
// that is not marked Waits runs on that goroutine and must return in
// microseconds; it may reply later, from any goroutine. This is what keeps the
// requests of a connection in order without a queue: nothing waits here that a
// ping, a heartbeat or an abort could have to overtake. A method marked Waits
// gets a goroutine of its own. Notifications that a method table knows run like
// requests and are never answered.
//
// # Writing
//
// All output goes through one bounded queue (see outbox). The read loop writes
// its answers itself, all of them at once, before it reads again, if it can do
// so without blocking: one attempt on a descriptor that doesn't block. Whatever
// that leaves, and whatever other goroutines send, a writer goroutine writes.
// So a request that is answered at once costs no wake-up, a pipelined burst
// costs one write, and an engine never does a system call for a client.
//
// # Rules
//
//  1. A request is answered exactly once; a second reply is ignored and logged.
//     A notification is never answered.
//  2. Malformed JSON, invalid UTF-8, a second value in one body, and nesting
//     deeper than encoding/json accepts (10,000) are answered with a parse error
//     and id null. The frame's end is known, so the connection goes on.
//  3. An id is a string or an integer, at most 256 bytes long, and is given back
//     byte for byte. Fractions, exponents and null are refused with an invalid
//     request: the specification discourages them, and the answer to a null id
//     could not be told from one to a request that had no readable id.
//  4. A member that occurs twice in an envelope is an invalid request, because
//     two readers could understand two different requests. Unknown members are
//     ignored.
//  5. A batch is answered with one array once all its members are answered, in
//     the order of the requests. An empty batch is an invalid request. Members
//     beyond the first MaxQueuedRequests are ignored, which a limitExceeded says.
//  6. More than MaxQueuedRequests unanswered requests: the next is answered with
//     overloaded, and nothing else happens to it. Methods that wait are counted
//     apart from the others, and twice as many are let in of those that overtake
//     or are always allowed: an abort is not refused because of a crowd.
//  7. While more than MaxQueuedBytes of answers are unread, nothing is read:
//     the peer's own writes block, and memory is bounded. Answers are never
//     dropped.
//  8. Log lines are dropped while the queue is full, and counted; the count goes
//     out as ledger/eventsDropped once half of the queue is free again. Other
//     events are never dropped, but a newer one with the same key replaces one
//     that has not been sent.
//  9. A peer that leaves the queue full and reads nothing for SlowConsumer, or
//     lets it grow to four times its size, is disconnected with
//     [ErrSlowConsumer]. A peer that is merely stopped, with little to read, is
//     not.
//  10. A frame that is too large is answered with limitExceeded. Up to four times
//     the limit it is read and thrown away; beyond that the connection ends. No
//     buffer is allocated for what was announced, only for what arrived.
//  11. A header that can't be understood leaves no way to find the next frame:
//     it is answered and the connection ends.
//  12. The end of the stream between two frames ends Serve without an error;
//     anywhere else it is [ErrHalfFrame].
//  13. $/cancelRequest cancels the context of a method marked Waits, which then
//     answers requestCancelled, unless it had an answer by then. It does nothing
//     to any other request.
package wire
