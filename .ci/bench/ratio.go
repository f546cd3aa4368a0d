package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// A ratio is a target of the design, in terms of two benchmarks. It is the time
// of one operation of measured, divided by that of limit.
type ratio struct {
	what     string
	measured benchmark
	limit    benchmark
	target   string
}

// A benchmark is named as in its source, without "Benchmark", with the name of
// its sub-benchmark if it has one.
type benchmark struct{ pkg, name string }

// ratios lists the targets that benchmarks exist for.
func ratios() []ratio {
	return []ratio{
		{
			what:     "empty method over a raw round trip",
			measured: benchmark{"rpc/wire", "EmptyMethod"},
			limit:    benchmark{"rpc/wire", "RawRoundTrip"},
			target:   "at most 2.5",
		},
		{
			what:     "journal append over raw lock and write",
			measured: benchmark{"ledger/internal/journal/file", "Append/journal"},
			limit:    benchmark{"ledger/internal/journal/file", "Append/raw"},
			target:   "no target",
		},
		{
			what:     "cycle with 1,000 open calls over one with none",
			measured: benchmark{"ledger", "CycleOpenCalls/open=1000"},
			limit:    benchmark{"ledger", "CycleOpenCalls/open=0"},
			target:   "at most 1.1",
		},
		{
			what:     "cycle after 100,000 others over the first",
			measured: benchmark{"ledger", "CycleGrowth/after=100000"},
			limit:    benchmark{"ledger", "CycleGrowth/after=0"},
			target:   "at most 1.1",
		},
		{
			what:     "synced cycle of 64 callers over that of one",
			measured: benchmark{"ledger", "GroupCommit/clients=64"},
			limit:    benchmark{"ledger", "GroupCommit/clients=1"},
			target:   "at most 0.1",
		},
	}
}

// printRatios prints the ratios whose benchmarks have both run.
func printRatios(out io.Writer, results resultList) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	header := "\nratio\tmeasured\ttarget\n"
	for _, r := range ratios() {
		measured, ok := results.find(r.measured.pkg, r.measured.name).median("ns/op")
		limit, also := results.find(r.limit.pkg, r.limit.name).median("ns/op")
		if !ok || !also {
			continue
		}
		fmt.Fprintf(table, "%s%s\t%.2f\t%s\n", header, r.what, measured/limit, r.target)
		header = ""
	}
	table.Flush()
}
