package sidecar_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// Requests of one connection on one operation take effect in the order sent,
// however many are sent before an answer is read.
func TestPipelinedRequestsTakeEffectInOrder(t *testing.T) {
	t.Parallel()
	const frames = 100
	s := startServe(t, newLedger(t))
	op := s.connect(t, named("cli")).create(t)
	r := newRaw(s.dial(t))
	var sent strings.Builder
	id := 0
	request := func(method, params string) {
		id++
		fmt.Fprintf(&sent, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":{"operationId":%q,"participantId":"eve"%s}}`+"\n", id, method, op, params)
	}
	request("initialize", "")
	request("operation/join", "")
	for i := range frames {
		request("callframe/create", fmt.Sprintf(`,"callId":"f%d"`, i))
		request("operation/log", fmt.Sprintf(`,"message":"m%d"`, i))
		request("callframe/delete", fmt.Sprintf(`,"callId":"f%d"`, i))
	}
	request("callframe/create", `,"callId":"last"`)
	request("operation/state", "")
	write(t, r, sent.String())
	for range id {
		line := r.line(t)
		for strings.Contains(line, `"method"`) {
			line = r.line(t)
		}
		if strings.Contains(line, `"error"`) {
			t.Error(line)
		}
		if last := fmt.Sprintf(`"id":%d,`, id); strings.Contains(line, last) && !strings.Contains(line, `"callFrameCount":1`) {
			t.Errorf("the state does not show what came before: %s", line)
		}
	}
	events, _ := record(t, s.dir, op)
	var got []string
	for _, e := range events {
		switch d := e.Data.(type) {
		case *ledger.FrameCreatedData:
			got = append(got, "+"+d.CallID)
		case *ledger.FrameDeletedData:
			got = append(got, "-"+d.CallID)
		case *ledger.LoggedData:
			got = append(got, d.Message)
		}
	}
	var want []string
	for i := range frames {
		want = append(want, fmt.Sprintf("+f%d", i), fmt.Sprintf("m%d", i), fmt.Sprintf("-f%d", i))
	}
	if want = append(want, "+last"); !slices.Equal(got, want) {
		t.Errorf("took effect:\n%q\nwere sent:\n%q", got, want)
	}
}

// A waiting method holds nothing up, and can be cancelled.
func TestWaitingHoldsNothingUp(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t))
	cli := s.connect(t, named("cli"))
	op := cli.create(t)
	call := cli.start(t, op)
	r := newRaw(s.dial(t))
	ask := func(line, want string) {
		t.Helper()
		if line != "" {
			r.send(t, line)
		}
		if got := r.line(t); !strings.HasPrefix(got, want) {
			t.Errorf("%s was answered with %s", line, got)
		}
	}
	ask(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"eve"}}`, `{"jsonrpc":"2.0","id":1,"result"`)
	ask(`{"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"`+op+`"}}`, `{"jsonrpc":"2.0","id":2,"result"`)
	for i, waiting := range []string{
		`"call/await","params":{"operationId":"OP","callId":"CALL"}`,
		`"call/sync","params":{"operationId":"OP","callIds":["CALL"]}`,
		`"operation/wait","params":{"operationId":"OP","until":["ended"]}`,
	} {
		r.send(t, fmt.Sprintf(`{"jsonrpc":"2.0","id":"w%d","method":%s}`, i, strings.NewReplacer("OP", op, "CALL", call).Replace(waiting)))
		ask(`{"jsonrpc":"2.0","id":3,"method":"ping"}`, `{"jsonrpc":"2.0","id":3,"result":{}}`)
		ask(`{"jsonrpc":"2.0","id":4,"method":"operation/heartbeat"}`, `{"jsonrpc":"2.0","id":4,"result"`)
		ask(`{"jsonrpc":"2.0","id":5,"method":"operation/log","params":{"operationId":"`+op+`","message":"m"}}`, `{"jsonrpc":"2.0","id":5,"result"`)
	}
	for i := range 3 {
		ask(fmt.Sprintf(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"w%d"}}`, i),
			fmt.Sprintf(`{"jsonrpc":"2.0","id":"w%d","error":{"code":-32800`, i))
	}
}

func TestWaitsEnd(t *testing.T) {
	t.Parallel()
	p := withStdio(t, newLedger(t), named("cli"))
	op := p.create(t)
	call := p.start(t, op)
	for _, ms := range []int64{0, 1, 30} {
		_, err := p.CallAwait(testContext(t), &rpc.CallAwaitParams{OperationID: op, CallID: call, TimeoutMs: &ms})
		refused(t, err, rpc.CodeCallTimeout)
		_, err = p.CallSync(testContext(t), &rpc.CallSyncParams{OperationID: op, CallIDs: []string{call}, TimeoutMs: &ms})
		if d := refused(t, err, rpc.CodeCallTimeout); !slices.Equal(d.CallIDs, []string{call}) {
			t.Errorf("the calls waited for are said to be %q", d.CallIDs)
		}
		w := ok(p.OperationWait(testContext(t), &rpc.OperationWaitParams{OperationID: op, Until: []rpc.WaitCondition{rpc.WaitEnded}, TimeoutMs: &ms}))(t)
		if w.Reached != rpc.WaitTimeout || w.State != rpc.OperationRunning {
			t.Errorf("the wait ended with %+v", w)
		}
	}
	waited := make(chan *rpc.OperationWaitResult)
	go func() {
		w, err := p.OperationWait(testContext(t), &rpc.OperationWaitParams{OperationID: op, Until: []rpc.WaitCondition{rpc.WaitFailed, rpc.WaitCompleted}})
		if err != nil {
			t.Error(err)
		}
		waited <- w
	}()
	p.complete(t, op)
	if w := <-waited; w == nil || w.Reached != rpc.WaitCompleted {
		t.Errorf("the wait ended with %+v", w)
	}
}

func TestSyncSortsOutcomes(t *testing.T) {
	t.Parallel()
	s := startServe(t, newLedger(t))
	cli, eve := s.connect(t, named("cli")), s.connect(t, named("eve"))
	op := cli.create(t)
	eve.join(t, op)
	no := false
	good, fallback := cli.start(t, op), cli.start(t, op)
	failed := ok(cli.CallStart(testContext(t), &rpc.CallStartParams{OperationID: op, FailOnCrash: &no}))(t).CallID
	cancelled := eve.start(t, op)
	synced := make(chan *rpc.CallSyncResult)
	go func() {
		synced <- ok(eve.CallSync(testContext(t), &rpc.CallSyncParams{OperationID: op, CallIDs: []string{good, "never", failed, fallback, cancelled}}))(t)
	}()
	cli.end(t, op, good, `{"n":1}`)
	ok(cli.CallFail(testContext(t), &rpc.CallFailParams{OperationID: op, CallID: failed, Error: "no luck"}))(t)
	ok(cli.CallFail(testContext(t), &rpc.CallFailParams{OperationID: op, CallID: fallback, Error: "no luck", Fallback: rpc.RawJSON(`"instead"`)}))(t)
	ok(eve.OperationLeave(testContext(t), &rpc.OperationLeaveParams{OperationID: op, CancelPendingCalls: true}))(t)
	got, err := json.Marshal(<-synced)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`{"successfulCalls":[{"callId":%q,"status":"succeeded","result":{"n":1}},{"callId":%q,"status":"succeeded","result":"instead"}],`+
		`"failedCalls":[{"callId":%q,"status":"failed","error":"no luck"},{"callId":%q,"status":"cancelled"}],`+
		`"unknownCalls":[{"callId":"never","status":"unknown"}],"operationFailed":false}`, good, fallback, failed, cancelled)
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The end of a call reaches who awaits it at another sidecar. How long that
// takes is logged.
func TestAwaitAcrossSidecars(t *testing.T) {
	t.Parallel()
	dir := newLedger(t)
	a, b := over(t, fast(command(dir, "stdio")), named("a")), over(t, fast(command(dir, "stdio")), named("b"))
	op := a.create(t)
	b.join(t, op)
	var took []time.Duration
	for i := range 100 {
		call := a.start(t, op)
		awaited := make(chan *rpc.CallOutcome)
		go func() {
			awaited <- ok(b.CallAwait(testContext(t), &rpc.CallAwaitParams{OperationID: op, CallID: call}))(t)
		}()
		ok(b.Ping(testContext(t), &rpc.Empty{}))(t)
		start := time.Now()
		a.end(t, op, call, fmt.Sprint(i))
		outcome := <-awaited
		took = append(took, time.Since(start))
		if outcome.Status != rpc.CallSucceeded || string(outcome.Result) != fmt.Sprint(i) {
			t.Fatalf("call %d ended as %+v", i, outcome)
		}
	}
	slices.Sort(took)
	t.Logf("from call/end sent to the result awaited elsewhere: median %v, p99 %v", took[50], took[98])
}
