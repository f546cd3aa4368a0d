package sidecar_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/rpc/wire"
	"github.com/tomledger/tomledger/sidecar"
)

// inProcess serves a socket in this process, for tests that look inside or need
// other limits than the command has.
func inProcess(t testing.TB, dir string, limits wire.Limits, opts ledger.Options) (socket string) {
	t.Helper()
	engine := ok(ledger.Open(dir, opts))(t)
	server := sidecar.New(engine, sidecar.Options{Path: dir, Backend: "file", Limits: limits})
	socket = filepath.Join(socketDir(t), "s")
	listener := ok(sidecar.Listen(socket, nil))(t)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener, 0) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := errors.Join(server.Shutdown(context.Background()), engine.Close()); err != nil {
			t.Error(err)
		}
	})
	return socket
}

func dial(t testing.TB, socket string) net.Conn {
	t.Helper()
	return ok(net.Dial("unix", socket))(t)
}

// A client that subscribes to everything and reads nothing is disconnected; the
// one that causes all that notices nothing.
func TestSlowClientIsDisconnected(t *testing.T) {
	t.Parallel()
	limits := wire.Limits{MaxQueuedBytes: 64 << 10, SlowConsumer: 50 * time.Millisecond}
	socket := inProcess(t, newLedger(t), limits, ledger.Options{})
	cli := ok(introduce(testContext(t), t, dial(t, socket), named("cli")))(t)
	op := cli.create(t)
	slow := newRaw(dial(t, socket))
	defer slow.Close()
	slow.send(t, `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"participantId":"slow","subscribe":["call/finished"]}}`)
	slow.line(t)
	slow.send(t, `{"jsonrpc":"2.0","id":2,"method":"operation/join","params":{"operationId":"`+op+`"}}`)
	for !strings.Contains(slow.line(t), `"id":2`) {
	}
	result := `"` + strings.Repeat("x", 10_000) + `"`
	gone := false
	for !gone {
		cli.end(t, op, cli.start(t, op), result)
		cli.mu.Lock()
		for _, e := range cli.events {
			gone = gone || e.name == rpc.NotificationOperationParticipantLeft
		}
		cli.events = nil
		cli.mu.Unlock()
	}
	cli.end(t, op, cli.start(t, op), result)
	d := cli.document(t, op)
	for _, p := range d.Participants {
		if p.ParticipantID == "slow" && len(p.SessionIDs) > 0 {
			t.Error("the slow client has a session still")
		}
	}
	trail := ok(cli.OperationTrail(testContext(t), &rpc.OperationTrailParams{OperationID: op, AfterSeq: d.Seq - 50}))(t)
	for _, e := range trail.Events {
		if e.Type == "session_left" && !strings.Contains(string(e.Data), "slow consumer") {
			t.Errorf("it left because %s", e.Data)
		}
	}
}

// After 1000 clients have come, worked and gone, nothing of them is left. The
// first 20 make what is made once.
func TestNothingLeaks(t *testing.T) {
	const rounds, atOnce = 1000, 8
	socket := inProcess(t, memoryLedger(t), wire.Limits{}, ledger.Options{Durability: ledger.ProcessDurability})
	round := func() {
		client, goodbye := shortLived(t, socket)
		work(t, client)
		goodbye()
	}
	for range 20 {
		round()
	}
	settled := leakCheck(t)
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for range rounds / atOnce {
				round()
			}
		})
	}
	wg.Wait()
	settled()
}

// The same for one client that works on many operations, one after the other.
func TestNothingLeaksOfOneClient(t *testing.T) {
	socket := inProcess(t, memoryLedger(t), wire.Limits{}, ledger.Options{Durability: ledger.ProcessDurability})
	client, goodbye := shortLived(t, socket)
	defer goodbye()
	for range 20 {
		work(t, client)
	}
	settled := leakCheck(t)
	for range 300 {
		work(t, client)
	}
	settled()
}

// memoryLedger is a ledger directory in memory, where there is such a place:
// making and removing thousands of files is what file systems are slow at.
func memoryLedger(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "tomledger") //nolint:usetesting // in memory, where TempDir is not
	if err != nil {
		return newLedger(t)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// shortLived connects a client that ends before the test does.
func shortLived(t testing.TB, socket string) (client rpc.Client, goodbye func()) {
	conn := wire.NewConn(dial(t, socket), wire.Options{})
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = conn.Serve(context.Background(), nil) // how it ends is of no interest
	}()
	client = rpc.Client{Caller: conn}
	if _, err := client.Initialize(t.Context(), &rpc.InitializeParams{ParticipantID: "cli"}); err != nil {
		t.Error(err)
	}
	return client, func() {
		conn.Close()
		<-served
	}
}

// work creates and completes an operation.
func work(t testing.TB, client rpc.Client) {
	created, err := client.OperationCreate(t.Context(), &rpc.OperationCreateParams{})
	if err == nil {
		_, err = client.OperationComplete(t.Context(), &rpc.OperationCompleteParams{OperationID: created.OperationID})
	}
	if err != nil {
		t.Error(err)
	}
}

// leakCheck counts goroutines and open files. The returned function waits until
// they are as few again: the last client may still be on its way out, and an
// operation is kept for a moment after its end.
func leakCheck(t testing.TB) (settled func()) {
	const slack = 10
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	return func() {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
			g, f := runtime.NumGoroutine(), openFiles(t)
			if g <= goroutines+slack && f <= files+slack {
				return
			}
			if time.Now().After(deadline) {
				stacks := make([]byte, 1<<20)
				t.Fatalf("%d goroutines and %d files before, %d and %d after\n%s", goroutines, files, g, f, stacks[:runtime.Stack(stacks, true)])
			}
		}
	}
}

// openFiles counts the descriptors of this process, where that can be known.
func openFiles(t testing.TB) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil && runtime.GOOS == "linux" {
		t.Fatal(err)
	}
	return len(entries)
}
