package sidecar_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// crewOf is three participants of one operation, each with a sidecar of its own.
func crewOf(t *testing.T, dir string) (op string, cli, ann, bob *participant) {
	t.Helper()
	cli, ann, bob = withStdio(t, dir, named("cli")), withStdio(t, dir, named("ann")), withStdio(t, dir, named("bob"))
	op = cli.create(t)
	ann.join(t, op)
	bob.join(t, op)
	return op, cli, ann, bob
}

func TestAbortReachesEveryone(t *testing.T) {
	t.Parallel()
	dir := newLedger(t)
	op, cli, ann, bob := crewOf(t, dir)
	call := bob.start(t, op)
	ok(ann.OperationAbort(testContext(t), &rpc.OperationAbortParams{OperationID: op, Reason: "enough"}))(t)
	for _, p := range []*participant{cli, ann, bob} {
		e := told[rpc.OperationAbortedEvent](t, p, rpc.NotificationOperationAborted, nil)
		if *e != (rpc.OperationAbortedEvent{OperationID: op, Value: true, By: "ann", Reason: "enough"}) {
			t.Errorf("told %+v", e)
		}
		if beat := ok(p.OperationHeartbeat(testContext(t), &rpc.OperationHeartbeatParams{}))(t); !beat.AbortFlag || !beat.HeartbeatUpdated {
			t.Errorf("the beat says %+v", beat)
		}
		_, err := p.CallStart(testContext(t), &rpc.CallStartParams{OperationID: op})
		refused(t, err, rpc.CodeOperationAborted)
	}
	bob.end(t, op, call, `"unwound"`) // what is open may end
	pending := []string{"ann", "bob", "cli"}
	for _, p := range []*participant{ann, bob, cli} {
		abort := ok(cli.OperationState(testContext(t), &rpc.OperationStateParams{OperationID: op}))(t).Abort
		slices.Sort(abort.Pending)
		if !slices.Equal(abort.Pending, pending) || len(abort.AcknowledgedBy) != 3-len(pending) {
			t.Errorf("pending %q, acknowledged by %q; want %q", abort.Pending, abort.AcknowledgedBy, pending)
		}
		ok(p.OperationAckAbort(testContext(t), &rpc.OperationAckAbortParams{OperationID: op}))(t)
		pending = pending[1:]
	}
	no := false
	ok(cli.OperationAbort(testContext(t), &rpc.OperationAbortParams{OperationID: op, Value: &no}))(t)
	told(t, bob, rpc.NotificationOperationAborted, func(e *rpc.OperationAbortedEvent) bool { return !e.Value })
	if s := ok(bob.OperationState(testContext(t), &rpc.OperationStateParams{OperationID: op}))(t); s.Aborted || s.Abort != nil {
		t.Errorf("the flag is cleared and the state says %+v", s)
	}
	bob.end(t, op, bob.start(t, op), `1`)
	cli.complete(t, op)
}

// Anyone may pull the brake, also who takes no part.
func TestAbortByAStranger(t *testing.T) {
	t.Parallel()
	dir := newLedger(t)
	op, cli, ann, _ := crewOf(t, dir)
	stranger := withStdio(t, dir, named("stranger"))
	waited := make(chan rpc.WaitCondition)
	go func() {
		w := ok(ann.OperationWait(testContext(t), &rpc.OperationWaitParams{OperationID: op, Until: []rpc.WaitCondition{rpc.WaitAborted}}))(t)
		waited <- w.Reached
	}()
	ok(stranger.OperationAbort(testContext(t), &rpc.OperationAbortParams{OperationID: op}))(t)
	if reached := <-waited; reached != rpc.WaitAborted {
		t.Errorf("the wait ended with %s", reached)
	}
	if e := told[rpc.OperationAbortedEvent](t, cli, rpc.NotificationOperationAborted, nil); e.By != "stranger" {
		t.Errorf("told %+v", e)
	}
	// Who takes no part has nothing to acknowledge, and is not waited for.
	_, err := stranger.OperationAckAbort(testContext(t), &rpc.OperationAckAbortParams{OperationID: op})
	refused(t, err, rpc.CodeSessionNotActive)
	if abort := cli.document(t, op).Abort; slices.Contains(abort.Pending, "stranger") {
		t.Errorf("pending are %q", abort.Pending)
	}
}

func TestFailureReachesEveryone(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(t *testing.T, p *participant, op string) (crashed []string){
		"operation/fail": func(t *testing.T, p *participant, op string) []string {
			ok(p.OperationFail(testContext(t), &rpc.OperationFailParams{OperationID: op, Reason: "no luck"}))(t)
			return []string{}
		},
		"call/fail": func(t *testing.T, p *participant, op string) []string {
			call := p.start(t, op)
			ok(p.CallFail(testContext(t), &rpc.CallFailParams{OperationID: op, CallID: call, Error: "no luck", StackTrace: "at x"}))(t)
			return []string{call}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newLedger(t)
			op, cli, ann, bob := crewOf(t, dir)
			open := bob.start(t, op)
			awaited := make(chan *rpc.CallSyncResult)
			go func() {
				awaited <- ok(cli.CallSync(testContext(t), &rpc.CallSyncParams{OperationID: op, CallIDs: []string{open}}))(t)
			}()
			ok(cli.Ping(testContext(t), &rpc.Empty{}))(t)
			crashed := fail(t, ann, op)
			for _, p := range []*participant{cli, ann, bob} {
				e := told[rpc.OperationFailedEvent](t, p, rpc.NotificationOperationFailed, nil)
				if e.OperationID != op || e.Reason == "" || !slices.Equal(e.CrashedCallIDs, crashed) {
					t.Errorf("told %+v", e)
				}
				ok(p.OperationWait(testContext(t), &rpc.OperationWaitParams{OperationID: op, Until: []rpc.WaitCondition{rpc.WaitEnded}}))(t)
				_, err := p.CallStart(testContext(t), &rpc.CallStartParams{OperationID: op})
				refused(t, err, rpc.CodeOperationFailed)
			}
			if r := <-awaited; !r.OperationFailed {
				t.Errorf("the sync ended with %+v", r)
			}
			d := cli.document(t, op)
			if d.OperationState != rpc.OperationFailed || d.Failure == nil || d.RemovalTimestamp == nil || len(d.CallFrames) > 0 {
				t.Errorf("the document says %+v", d)
			}
			_, err := cli.OperationJoin(testContext(t), &rpc.OperationJoinParams{OperationID: op})
			refused(t, err, rpc.CodeOperationFailed)
			archived(t, dir, op)
		})
	}
}

// archived waits until an operation lies in the backups, as an engine that looks
// sees it.
func archived(t testing.TB, dir, op string) {
	t.Helper()
	updates := make(chan ledger.Update, 100)
	engine := ok(ledger.Open(dir, ledger.Options{}))(t)
	defer engine.Close()
	sub := ok(engine.Subscribe(op, func(u ledger.Update) { updates <- u }))(t)
	defer sub.Stop()
	ok(engine.Tidy(t.Context()))(t)
	if _, err := os.Stat(filepath.Join(dir, "backup", op, "trail")); err == nil {
		return
	}
	for u := range updates {
		if u.ArchivedAt != "" {
			return
		}
	}
}
