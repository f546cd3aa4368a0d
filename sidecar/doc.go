// Package sidecar makes a ledger engine available to other processes: it turns
// connections into sessions, requests into commands, and events into
// notifications.
//
// A [Server] serves any number of connections on one engine; a stdio sidecar
// serves exactly one. A connection speaks for one participant, and owns the
// sessions that it has opened by creating and joining operations.
//
// # The end of a connection
//
// A client that says shutdown leaves its sessions; their open calls are
// cancelled. A connection that ends without it is broken: its sessions end in
// the same way, recorded with the reason, after the grace that the client asked
// for at initialize. Within the grace, or as long as the sessions are open
// because their engine died, whoever has the connection's resume token takes
// them over with initialize, at this sidecar or another one on the ledger.
package sidecar
