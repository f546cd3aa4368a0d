package sidecar_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// Eight processes work on one operation, each with a sidecar of its own.
const workers = 8

func TestFleet(t *testing.T) {
	t.Parallel()
	const cycles = 500
	dir := newLedger(t)
	initiator := withStdio(t, dir, named("cli"))
	op := initiator.create(t)
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			p := over(t, fast(command(dir, "stdio")), named(fmt.Sprintf("worker-%d", i)))
			ctx := testContext(t)
			if _, err := p.OperationJoin(ctx, &rpc.OperationJoinParams{OperationID: op}); err != nil {
				t.Error(err)
				return
			}
			for range cycles {
				call, err := p.CallStart(ctx, &rpc.CallStartParams{OperationID: op})
				if err == nil {
					_, err = p.CallEnd(ctx, &rpc.CallEndParams{OperationID: op, CallID: call.CallID})
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
			if _, err := p.Shutdown(ctx, &rpc.Empty{}); err != nil {
				t.Error(err)
			}
			if code := p.process.exitCode(); code != 0 {
				t.Errorf("a sidecar ended with %d after a goodbye", code)
			}
		})
	}
	wg.Wait()
	initiator.complete(t, op)
	events, state := record(t, dir, op)
	started, ended := pick[*ledger.CallStartedData](events), pick[*ledger.CallEndedData](events)
	if len(started) != workers*cycles || len(ended) != workers*cycles || state.FrameCount() != 0 {
		t.Errorf("%d calls started, %d ended, %d are open; want %d, %d, 0",
			len(started), len(ended), state.FrameCount(), workers*cycles, workers*cycles)
	}
	if left := pick[*ledger.LeftData](events); len(left) != workers {
		t.Errorf("%d of %d workers have left", len(left), workers)
	}
}

// TestFleetUnderFire kills sidecars at random while they work. Each worker
// starts another sidecar then, resumes its session there or joins anew, and
// repeats what was not acknowledged under the same request key. In the end:
//
//   - what was acknowledged is in the log,
//   - nothing was done twice,
//   - nothing is open, and the trail has no gap.
func TestFleetUnderFire(t *testing.T) {
	t.Parallel()
	kills := 200
	if testing.Short() {
		kills = 20
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dir := newLedger(t)
	initiator := withStdio(t, dir, named("cli"))
	op := initiator.create(t)

	enough := make(chan struct{})
	crew := make([]*survivor, workers)
	var wg sync.WaitGroup
	for i := range crew {
		crew[i] = &survivor{t: t, dir: dir, op: op, id: fmt.Sprintf("worker-%d", i), ends: map[string]bool{}}
		wg.Go(func() { crew[i].work(enough) })
	}
	fire(t, crew, kills, rand.New(rand.NewPCG(seed, seed)))
	close(enough)
	wg.Wait()
	for _, p := range initiator.document(t, op).Participants {
		if p.ParticipantID != "cli" && len(p.SessionIDs) > 0 {
			t.Errorf("%s has left and has the sessions %d", p.ParticipantID, p.SessionIDs)
		}
	}
	initiator.complete(t, op)

	events, state := record(t, dir, op)
	if state.FrameCount() != 0 {
		t.Errorf("%d calls are open", state.FrameCount())
	}
	started, ended := map[string]int{}, map[string]int{}
	for _, d := range pick[*ledger.CallStartedData](events) {
		started[d.Description]++
	}
	for _, d := range pick[*ledger.CallEndedData](events) {
		ended[d.CallID]++
	}
	cycles, resumed := 0, 0
	for _, s := range crew {
		s.check(started, ended)
		cycles += len(s.ends)
		resumed += s.resumed
	}
	t.Logf("%d kills, %d cycles, %d times a session was resumed", kills, cycles, resumed)
	if resumed == 0 {
		t.Error("no session was ever resumed")
	}
}

// fire kills sidecars until that many were hit.
func fire(t *testing.T, crew []*survivor, kills int, random *rand.Rand) {
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for hit := 0; hit < kills && !t.Failed(); <-pace.C {
		if crew[random.IntN(len(crew))].shoot() {
			hit++
		}
	}
}

// survivor is a worker whose sidecar may die at any time.
type survivor struct {
	t       *testing.T
	dir, op string
	id      string

	mu      sync.Mutex // guards process
	process *process

	p       *participant
	token   string
	resumed int
	ends    map[string]bool // the calls whose end was acknowledged
	cycles  int             // those begun
}

// shoot kills the worker's sidecar, if it has one that lives.
func (s *survivor) shoot() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return false
	}
	killed := s.process.kill()
	s.process = nil
	return killed
}

func (s *survivor) work(enough <-chan struct{}) {
	ctx := testContext(s.t)
	for !s.t.Failed() {
		select {
		case <-enough:
			s.insist(ctx, func() error {
				_, err := s.p.OperationLeave(ctx, &rpc.OperationLeaveParams{OperationID: s.op, RequestKey: s.id + "-leave"})
				return err
			})
			return
		default:
			s.cycle(ctx)
		}
	}
}

// cycle starts and ends one call, once, whatever happens meanwhile.
func (s *survivor) cycle(ctx context.Context) {
	s.cycles++
	name := fmt.Sprintf("%s/%d", s.id, s.cycles)
	var call string
	s.insist(ctx, func() error {
		r, err := s.p.CallStart(ctx, &rpc.CallStartParams{OperationID: s.op, Description: name, RequestKey: name + "-start"})
		if err == nil {
			call = r.CallID
		}
		return err
	})
	result, err := json.Marshal(name)
	if err != nil {
		s.t.Error(err)
	}
	s.insist(ctx, func() error {
		_, err := s.p.CallEnd(ctx, &rpc.CallEndParams{OperationID: s.op, CallID: call, Result: result, RequestKey: name + "-end"})
		return err
	})
	s.ends[call] = true
}

// insist repeats a request until it is answered. An answer that refuses it is
// a failure; a connection that ends is not.
func (s *survivor) insist(ctx context.Context, request func() error) {
	for ctx.Err() == nil && !s.t.Failed() {
		if s.p == nil && !s.revive(ctx) {
			continue
		}
		err := request()
		if err == nil {
			return
		}
		s.lost(err)
	}
}

func (s *survivor) lost(err error) {
	if code := codeOf(err); code != 0 {
		s.t.Errorf("%s: %v (%d)", s.id, err, code)
	}
	s.p = nil
}

// revive starts a sidecar and takes up the session again, or opens it.
func (s *survivor) revive(ctx context.Context) bool {
	process, rwc := startStdio(s.t, command(s.dir, "stdio"))
	s.mu.Lock()
	s.process = process
	s.mu.Unlock()
	p, err := introduce(ctx, s.t, rwc, rpc.InitializeParams{ParticipantID: s.id, ResumeToken: s.token})
	if err != nil {
		s.lost(err)
		return false
	}
	s.p, s.token = p, p.hello.ResumeToken
	if len(p.hello.ResumedSessions) > 0 {
		s.resumed++
		return true
	}
	if _, err := p.OperationJoin(ctx, &rpc.OperationJoinParams{OperationID: s.op}); err != nil {
		s.lost(err)
		return false
	}
	return true
}

// check compares what was acknowledged with what is in the log.
func (s *survivor) check(started, ended map[string]int) {
	for i := range s.cycles {
		name := fmt.Sprintf("%s/%d", s.id, i+1)
		if started[name] != 1 {
			s.t.Errorf("%s was started %d times", name, started[name])
		}
	}
	if len(s.ends) != s.cycles {
		s.t.Errorf("%s ended %d calls in %d cycles", s.id, len(s.ends), s.cycles)
	}
	for call := range s.ends {
		if ended[call] != 1 {
			s.t.Errorf("%s of %s was ended %d times", call, s.id, ended[call])
		}
	}
}
