// Package connect finds a sidecar, or starts one, and introduces the client. It
// does not link the engine: a program that uses it stays small, and all it knows
// of the ledger is the wire contract.
//
// # Where things are
//
// Client and server derive the same places from the same rules.
//
// The ledger directory ([LedgerDir]): the --ledger flag, else $TOMLEDGER_DIR,
// else _ai/operation_ledger under the workspace root. The workspace root is the
// nearest directory, from the working directory upwards, that holds .git, _ai,
// pubspec.yaml or package.json; without one, the working directory itself.
//
// The socket ([SocketPath]): the --socket flag, else $TOMLEDGER_SOCKET, else
// tomledger/HASH.sock in $XDG_RUNTIME_DIR, else HASH.sock in a directory of this
// user. HASH is the 64-bit FNV-1a hash of the ledger directory's real path, as
// 16 hexadecimal digits: not a cryptographic one, so that a client in any
// language can compute it in five lines. Socket addresses hold 103 bytes on some
// systems; a runtime directory with a longer path is passed over.
//
// # Starting a server
//
// With [Options.Start] set, [Dial] starts a server if none answers, and dials
// until one does. Any number of clients may do so at once: each starts a server,
// the lock beside the socket lets one of them serve, the others end, and all
// clients find the one that serves. A lock among the clients would spare the
// system a few short-lived processes and add a way to hang. What a started server
// says goes to a log beside the socket, and into the error if none answers.
package connect
