package ledger_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/tomledger/tomledger/ledger"
)

// benchDir is on memory where there is such a place: the disk is measured apart.
func benchDir(b *testing.B) string {
	dir, err := os.MkdirTemp("/dev/shm", "tomledger-bench-") //nolint:usetesting // in memory, where TempDir is not
	if err != nil {
		return b.TempDir()
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// diskDir is on a disk, wherever temporary files are.
func diskDir(b *testing.B) string {
	dir, err := os.MkdirTemp("/var/tmp", "tomledger-bench-") //nolint:usetesting // TempDir may be in memory
	if err != nil {
		return b.TempDir()
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

type bench struct {
	engine    *ledger.Engine
	operation string
	by        ledger.By
}

func newBench(b *testing.B, dir string, durability ledger.Durability) *bench {
	e, err := ledger.Open(dir, ledger.Options{Durability: durability})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := e.Close(); err != nil {
			b.Error(err)
		}
	})
	j, _, err := e.Create(context.Background(), ledger.CreateOperation{By: ledger.By{ParticipantID: "cli"}}, nil)
	if err != nil {
		b.Fatal(err)
	}
	return &bench{e, j.OperationID, ledger.By{ParticipantID: "cli", SessionID: 1}}
}

// cycle starts a call and ends it.
func (x *bench) cycle(b *testing.B) {
	ctx := context.Background()
	c, err := ledger.Do(ctx, x.engine, x.operation, ledger.StartCall{By: x.by, FailOnCrash: true})
	if err == nil {
		_, err = ledger.Do(ctx, x.engine, x.operation, ledger.EndCall{By: x.by, CallID: c.CallID})
	}
	if err != nil {
		b.Error(err)
	}
}

// cycles runs b.N cycles on n goroutines and reports their rate.
func (x *bench) cycles(b *testing.B, n int) {
	b.ReportAllocs()
	var wg sync.WaitGroup
	work := make(chan struct{}, n)
	b.ResetTimer()
	for range n {
		wg.Go(func() {
			for range work {
				x.cycle(b)
			}
		})
	}
	for range b.N {
		work <- struct{}{}
	}
	close(work)
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cycles/s")
}

// BenchmarkCycle is a call's start and end in process, acknowledged when it
// survives the death of the process.
func BenchmarkCycle(b *testing.B) {
	for _, n := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", n), func(b *testing.B) {
			newBench(b, benchDir(b), ledger.ProcessDurability).cycles(b, n)
		})
	}
}

// BenchmarkCycleOpenCalls shows what open calls cost those that come and go.
func BenchmarkCycleOpenCalls(b *testing.B) {
	for _, open := range []int{0, 1000} {
		b.Run(fmt.Sprintf("open=%d", open), func(b *testing.B) {
			x := newBench(b, benchDir(b), ledger.ProcessDurability)
			for range open {
				if _, err := ledger.Do(context.Background(), x.engine, x.operation, ledger.StartCall{By: x.by}); err != nil {
					b.Fatal(err)
				}
			}
			x.cycles(b, 1)
		})
	}
}

// BenchmarkCycleGrowth shows whether a cycle costs more after 100,000 others.
func BenchmarkCycleGrowth(b *testing.B) {
	for _, before := range []int{0, 100_000} {
		b.Run(fmt.Sprintf("after=%d", before), func(b *testing.B) {
			x := newBench(b, benchDir(b), ledger.ProcessDurability)
			for range before {
				x.cycle(b)
			}
			x.cycles(b, 1)
		})
	}
}

// BenchmarkGroupCommit is a cycle synced to a real disk, alone and shared.
func BenchmarkGroupCommit(b *testing.B) {
	for _, n := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("clients=%d", n), func(b *testing.B) {
			newBench(b, diskDir(b), ledger.DiskDurability).cycles(b, n)
		})
	}
}
