package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTable follows what go test prints, with -count 3, to what we print.
func TestTable(t *testing.T) {
	const output = `goos: linux
pkg: github.com/tomledger/tomledger/rpc/wire
cpu: any
BenchmarkEmptyMethod-2   	  100	     24000 ns/op	       3 allocs/op
BenchmarkEmptyMethod-2   	  100	     99000 ns/op	       3 allocs/op
BenchmarkEmptyMethod-2   	  100	     20000 ns/op	       3 allocs/op
BenchmarkRawRoundTrip-2  	  100	     12000 ns/op	       0 allocs/op
--- FAIL: BenchmarkOther
PASS
pkg: github.com/tomledger/tomledger/ledger
BenchmarkCycle/64-2      	  100	     800.5 ns/op	 1249219 cycles/s
ok  	github.com/tomledger/tomledger/ledger	1.000s
`
	var log, table strings.Builder
	results, err := collect(strings.NewReader(output), &log)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("....--- FAIL: BenchmarkOther\n.\n", log.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	printResults(&table, results)
	printRatios(&table, results)
	const want = `
rpc/wire
  EmptyMethod   24.00 µs/op  3 allocs/op
  RawRoundTrip  12.00 µs/op  0 allocs/op

ledger
  Cycle/64  800 ns/op  1,249,219 cycles/s

ratio                               measured  target
empty method over a raw round trip  2.00      at most 2.5
`
	if diff := cmp.Diff(want, table.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}
