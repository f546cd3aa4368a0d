// Package ledger keeps the shared record of operations that several processes
// work on: who takes part, which calls are open, which temporary resources
// exist, whether someone has pulled the brake.
//
// # The one idea
//
// An operation is an append-only sequence of events, and its [State] is a fold
// over them. A [Command] is decided on a state and yields events or an error;
// both deciding and folding are pure. Everything with a file, a clock or a lock
// in it is in [Engine] and below.
//
//	             decide                append               apply, tell
//	command ──▶ on the state ──▶ after event N ──▶ ok ──▶ subscribers, answers
//	                 ▲                  │
//	                 └── read, apply ◀──┘ another engine was faster
//
// Engines share nothing but the journal. What another engine appends arrives by
// watching it, and takes the same way as what was appended here.
//
// # Invariants
//
// Every state that is folded from a log obeys these; [Check] and tests cite
// them by number.
//
//  1. An open call belongs to a session that is open or was lost, and to that
//     session's participant.
//  2. In a running operation every open call is active and its session is open:
//     what is lost ends its calls, or the operation, with the same append.
//  3. A registered resource names either a path or a process, and its owner has
//     joined.
//  4. A participant is alive, suspect or paused exactly if it has an open
//     session; lost if all that is left of it are lost sessions; else it has left.
//  5. An operation that has ended has no open call and has an end; one that is
//     failing or has failed has a failure, and no other has.
//  6. Only who has joined acknowledges an abort.
//  7. What is remembered of the past is bounded: ended calls by number and
//     bytes, request keys by number.
//
// And of logs:
//
//  8. Sequence numbers begin at 1 and have no gap.
//  9. The events of one command are kept whole or not at all.
//  10. Nothing is acknowledged before it is written.
//  11. A snapshot equals the fold of what is before it.
//
// # Rules for whoever calls
//
// Callbacks (answers of [Submit], updates of [Engine.Subscribe]) run on the
// goroutine that did the work: they must not block, and may call Submit.
//
// What a client says is checked where it is decided, not before: ids,
// lengths and limits are rules like any other.
package ledger
