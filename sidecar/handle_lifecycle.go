package sidecar

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// Initialize implements [rpc.Handler].
func (c *conn) Initialize(ctx context.Context, p *rpc.InitializeParams, reply rpc.Reply[rpc.InitializeResult]) {
	if err := c.introduce(p); err != nil {
		reply(nil, toWire(err))
		return
	}
	if p.ResumeToken == "" && len(p.Subscribe) == 0 {
		reply(c.introduction(nil), nil)
		return
	}
	// The rest reads the ledger: not on the connection's reader.
	go func() {
		resumed, err := c.settleIn(ctx, p)
		if err != nil {
			reply(nil, toWire(err))
			return
		}
		reply(c.introduction(resumed), nil)
	}()
}

// settleIn subscribes and resumes as the client asked.
func (c *conn) settleIn(ctx context.Context, p *rpc.InitializeParams) ([]rpc.SessionRef, error) {
	if len(p.Subscribe) > 0 {
		stop, err := c.server.engine.SubscribeAll(c.updateOther)
		if err != nil {
			return nil, err
		}
		c.keepSubscription(stop)
	}
	if p.ResumeToken == "" {
		return nil, nil
	}
	return c.resume(ctx, p.ResumeToken)
}

// keepSubscription keeps what ends the subscription to other operations. The
// connection may have ended while it was made.
func (c *conn) keepSubscription(stop func()) {
	c.mu.Lock()
	late := c.over
	if !late {
		c.stopOthers = stop
	}
	c.mu.Unlock()
	if late {
		stop()
	}
}

// introduce checks who the client is and remembers what it wants.
func (c *conn) introduce(p *rpc.InitializeParams) error {
	if err := checkVersion(p.ProtocolVersion); err != nil {
		return err
	}
	if err := ledger.ValidParticipantID(p.ParticipantID); err != nil {
		return err
	}
	for field, ms := range map[string]int64{"reconnectGraceMs": p.ReconnectGraceMs, "pid": p.PID,
		"heartbeatIntervalMs": valueOr(p.HeartbeatIntervalMs, 0), "staleAfterMs": valueOr(p.StaleAfterMs, 0)} {
		if ms < 0 {
			return rpc.NewError(rpc.CodeInvalidParams, field+" must not be negative.", rpc.ErrorData{Field: field})
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.initialized {
		return rpc.NewError(rpc.CodeInvalidRequest, "This connection is initialized already; open another one for another participant.", rpc.ErrorData{})
	}
	c.initialized = true
	c.participant, c.grace, c.subscribe = p.ParticipantID, p.ReconnectGraceMs, p.Subscribe
	c.stale = valueOr(p.StaleAfterMs, defaultStaleMs)
	c.pid = c.pidOf(p)
	return nil
}

// pidOf tells the client's process. A socket's word counts for more than the
// client's own. A stdio sidecar only knows its parent, which may be a launcher
// in between: that is the last resort.
func (c *conn) pidOf(p *rpc.InitializeParams) int64 {
	switch {
	case c.peer.PID != 0:
		return int64(c.peer.PID)
	case p.PID != 0 || !c.server.opts.OneClient:
		return p.PID
	default:
		return int64(os.Getppid())
	}
}

// defaultStaleMs is after how long a silence a client is suspect.
const defaultStaleMs = 10_000

// checkVersion accepts every client of our major version: minor versions only add.
func checkVersion(client string) error {
	if client == "" {
		return nil
	}
	theirs, _, _ := strings.Cut(client, ".")
	ours, _, _ := strings.Cut(rpc.ProtocolVersion, ".")
	if theirs == ours {
		return nil
	}
	return rpc.NewError(rpc.CodeVersionMismatch,
		fmt.Sprintf("The client speaks protocol %s and this sidecar %s; install a client and a tomledger of the same major version.", clip(client), rpc.ProtocolVersion),
		rpc.ErrorData{ClientVersion: clip(client), ServerVersion: rpc.ProtocolVersion})
}

func clip(s string) string { return s[:min(len(s), 64)] }

func (c *conn) introduction(resumed []rpc.SessionRef) *rpc.InitializeResult {
	c.mu.Lock()
	token := c.token
	c.mu.Unlock()
	s := c.server
	return &rpc.InitializeResult{
		ProtocolVersion: rpc.ProtocolVersion,
		Server:          rpc.ServerInfo{Name: "tomledger", Version: s.opts.Version, PID: int64(os.Getpid())},
		EngineID:        s.engine.ID(),
		ConnectionID:    c.id,
		ResumeToken:     token,
		Ledger:          rpc.LedgerInfo{Path: s.opts.Path, Backend: s.opts.Backend, Durability: rpc.Durability(s.engine.Durability())},
		Limits:          s.limits(),
		ResumedSessions: resumed,
	}
}

func (s *Server) limits() rpc.Limits {
	w, l := s.opts.Limits, s.engine.Limits()
	return rpc.Limits{
		MaxFrameBytes: int64(w.MaxFrameBytes), MaxConnections: int64(s.opts.MaxConnections),
		MaxQueuedRequests: int64(w.MaxQueuedRequests), MaxQueuedBytes: int64(w.MaxQueuedBytes),
		MaxOperations: maxJoined, MaxOpenCalls: int64(l.OpenCalls), MaxResources: int64(l.Resources), MaxTextBytes: int64(l.TextBytes),
		MaxLabels: int64(l.Labels), SlowConsumerMs: w.SlowConsumer.Milliseconds(),
	}
}

// Ping implements [rpc.Handler].
func (c *conn) Ping(_ context.Context, _ *rpc.Empty, reply rpc.Reply[rpc.Empty]) { reply(nil, nil) }

// Shutdown implements [rpc.Handler].
func (c *conn) Shutdown(ctx context.Context, _ *rpc.Empty, reply rpc.Reply[rpc.Empty]) {
	c.leaveAll(ctx, "")
	c.mu.Lock()
	c.goodbye = true
	c.mu.Unlock()
	reply(nil, nil)
	if c.server.opts.OneClient {
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), goodbyeTimeout)
			defer cancel()
			if err := c.wire.Shutdown(ctx); err != nil {
				c.server.opts.Logger.Warn("the goodbye was not read", "error", err)
			}
		}()
	}
}

// Discover implements [rpc.Handler].
func (c *conn) Discover(_ context.Context, _ *rpc.Empty, reply rpc.Reply[rpc.OpenRPCDocument]) {
	reply(rpc.OpenRPC(), nil)
}

// LedgerStatus implements [rpc.Handler].
func (c *conn) LedgerStatus(ctx context.Context, _ *rpc.Empty, reply rpc.Reply[rpc.LedgerStatusResult]) {
	s := c.server
	engines, err := s.engine.Engines(ctx)
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	count, err := s.engine.Count(ctx)
	if err != nil {
		reply(nil, toWire(err))
		return
	}
	s.mu.Lock()
	connections := len(s.conns)
	s.mu.Unlock()
	result := &rpc.LedgerStatusResult{
		Service: "tom_dist_ledger", Version: s.opts.Version, ProtocolVersion: rpc.ProtocolVersion, Status: "ok",
		BasePath: s.opts.Path, Backend: s.opts.Backend, Timestamp: rpc.NewTime(s.engine.Now()),
		UptimeMs: s.engine.Uptime().Milliseconds(), OperationCount: int64(count), ConnectionCount: int64(connections),
	}
	for _, e := range engines {
		result.Engines = append(result.Engines, rpc.EngineInfo{EngineID: e.ID, Alive: e.Alive, Self: e.Self})
	}
	reply(result, nil)
}
