// Bench runs the repository's benchmarks and tabulates them: every result, and
// under them the ratios that the design sets targets for. Each ratio compares
// two results of the same run, so that it means the same on any machine.
//
//	go run ./.ci/bench [-count n] [-benchtime t] [-bench regexp] [package ...]
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// memoryDir is a file system in memory, where there is one: benchmarks there
// measure our code, not the disk of the day.
const memoryDir = "/dev/shm"

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	count := flags.Int("count", 3, "run each benchmark so often and take the median")
	benchtime := flags.String("benchtime", "1s", "as in go test")
	pattern := flags.String("bench", ".", "as in go test")
	if err := flags.Parse(args); err != nil {
		return err
	}
	packages := flags.Args()
	if len(packages) == 0 {
		packages = []string{"./..."}
	}

	arguments := append([]string{
		"test", "-run", "^$", "-bench", *pattern, "-benchmem", "-benchtime", *benchtime,
		"-count", fmt.Sprint(*count), "-timeout", "60m", "-p", "1",
	}, packages...)
	command := exec.Command("go", arguments...)
	command.Stderr = stderr
	command.Env = os.Environ()
	place := os.TempDir()
	if info, err := os.Stat(memoryDir); err == nil && info.IsDir() && os.Getenv("TMPDIR") == "" {
		place = memoryDir
		command.Env = append(command.Env, "TMPDIR="+memoryDir)
	}
	fmt.Fprintf(stdout, "%s, %s/%s, %d CPUs, files in %s, median of %d\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), place, *count)

	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	results, parseErr := collect(output, stderr)
	if err := command.Wait(); err != nil {
		return fmt.Errorf("go test: %w", err)
	}
	if parseErr != nil {
		return parseErr
	}
	if len(results) == 0 {
		return fmt.Errorf("no benchmark matches %q in %s", *pattern, strings.Join(packages, " "))
	}
	printResults(stdout, results)
	printRatios(stdout, results)
	return nil
}

// collect reads what go test prints. Results go into the returned list, all
// else but the usual frame to the log, so that a failure can be understood.
func collect(output io.Reader, log io.Writer) ([]*result, error) {
	var results resultList
	pkg := ""
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		line := lines.Text()
		if name, ok := strings.CutPrefix(line, "pkg: "); ok {
			pkg = strings.TrimPrefix(name, "github.com/tomledger/tomledger/")
			continue
		}
		if results.add(pkg, line) {
			fmt.Fprint(log, ".")
			continue
		}
		if !isFrame(line) {
			fmt.Fprintln(log, line)
		}
	}
	fmt.Fprintln(log)
	return results, lines.Err()
}

// isFrame tells the lines that go test prints around the results.
func isFrame(line string) bool {
	for _, prefix := range []string{"goos: ", "goarch: ", "cpu: ", "PASS", "ok  \t", "?   \t", "\t"} {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return line == ""
}
