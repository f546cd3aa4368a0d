package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// A result is a benchmark with its runs. The values of a unit are in the order
// of the runs.
type result struct {
	pkg, name string
	units     []string // in the order in which they were printed
	values    map[string][]float64
}

// A resultList is in the order in which the benchmarks first ran.
type resultList []*result

// cpuSuffix is the number of CPUs that go test appends to a name.
var cpuSuffix = regexp.MustCompile(`-\d+$`)

// add takes a line like
//
//	BenchmarkCycle/64-2   120000   9876 ns/op   101255 cycles/s   3 allocs/op
//
// and tells whether it is one.
func (list *resultList) add(pkg, line string) bool {
	fields := strings.Fields(line)
	if len(fields) < 4 || len(fields)%2 != 0 || !strings.HasPrefix(fields[0], "Benchmark") {
		return false
	}
	name := cpuSuffix.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")
	into := list.find(pkg, name)
	if into == nil {
		into = &result{pkg: pkg, name: name, values: map[string][]float64{}}
		*list = append(*list, into)
	}
	for i := 2; i < len(fields); i += 2 {
		value, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return false
		}
		unit := fields[i+1]
		if !slices.Contains(into.units, unit) {
			into.units = append(into.units, unit)
		}
		into.values[unit] = append(into.values[unit], value)
	}
	return true
}

func (list resultList) find(pkg, name string) *result {
	i := slices.IndexFunc(list, func(r *result) bool { return r.pkg == pkg && r.name == name })
	if i < 0 {
		return nil
	}
	return list[i]
}

// median is the middle value of a unit; ok is false if there is none.
func (r *result) median(unit string) (value float64, ok bool) {
	if r == nil || len(r.values[unit]) == 0 {
		return 0, false
	}
	sorted := slices.Sorted(slices.Values(r.values[unit]))
	return sorted[len(sorted)/2], true
}

// printResults prints a line a benchmark, under a line a package.
func printResults(out io.Writer, results resultList) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	pkg := ""
	for _, r := range results {
		if r.pkg != pkg {
			pkg = r.pkg
			table.Flush() // Columns are as wide as their package needs.
			fmt.Fprintf(out, "\n%s\n", pkg)
		}
		fmt.Fprintf(table, "  %s", r.name)
		for _, unit := range r.units {
			value, _ := r.median(unit)
			fmt.Fprintf(table, "\t%s", format(value, unit))
		}
		fmt.Fprintln(table)
	}
	table.Flush()
}

// format writes times in a unit that suits them, and large counts with commas.
func format(value float64, unit string) string {
	if unit == "ns/op" {
		switch {
		case value >= 1e9:
			return fmt.Sprintf("%.2f s/op", value/1e9)
		case value >= 1e6:
			return fmt.Sprintf("%.2f ms/op", value/1e6)
		case value >= 1e3:
			return fmt.Sprintf("%.2f µs/op", value/1e3)
		}
		return fmt.Sprintf("%.0f ns/op", value)
	}
	if value < 100 && value != float64(int64(value)) {
		return fmt.Sprintf("%.3g %s", value, unit)
	}
	digits := strconv.FormatFloat(value, 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " " + unit
}
