//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// demoRun is a demo that has ended.
type demoRun struct {
	stdout, stderr string
	code           int
	ledger         string
	events         []*ledger.Event
}

// builtBinary is the program as users run it: the demo starts it again and again.
func builtBinary(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TOMLEDGER_BINARY"); path != "" {
		return path
	}
	path := filepath.Join(t.TempDir(), "tomledger")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// sampleInput is a directory whose summary is known.
func sampleInput(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sample")
	files := map[string]string{
		"main.go":             "package main\n\nfunc main() {}\n",
		"docs/read me.md":     "# Ledger\n\nThe ledger is the shared record; a ledger never forgets.\n",
		"docs/more.md":        "the record\n",
		"blob.bin":            "\x00\x01",
		".git/config":         "hidden\n",
		"node_modules/x/a.js": "installed\n",
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// runDemo runs the demo to its end. onLine, which may be nil, sees each line of
// its output as it comes.
func runDemo(t *testing.T, binary string, onLine func(demo *os.Process, line string), args ...string) *demoRun {
	t.Helper()
	run := &demoRun{ledger: filepath.Join(t.TempDir(), "ledger")}
	cmd := exec.CommandContext(t.Context(), binary, append([]string{"demo", "--ledger", run.ledger}, args...)...)
	cmd.Env = append(os.Environ(), "COLUMNS=100")
	var stdout, stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		stdout.WriteString(lines.Text() + "\n")
		if onLine != nil {
			onLine(cmd.Process, lines.Text())
		}
	}
	var exited *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exited) {
		t.Fatal(err)
	}
	run.stdout, run.stderr, run.code = stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
	run.readRecord(t)
	return run
}

// readRecord reads the only operation of the ledger, wherever it is.
func (r *demoRun) readRecord(t *testing.T) {
	t.Helper()
	engine, err := ledger.Open(r.ledger, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	states, _, err := engine.Operations(context.Background(), ledger.Listing{Archived: true})
	if err != nil || len(states) != 1 {
		t.Fatalf("the ledger holds %d operations, error %v; stderr: %s", len(states), err, r.stderr)
	}
	for e, err := range engine.Events(context.Background(), states[0].OperationID, 0) {
		if err != nil {
			t.Fatal(err)
		}
		r.events = append(r.events, e)
	}
	if engines, err := engine.Engines(context.Background()); err != nil || slices.ContainsFunc(engines, func(e ledger.EngineInfo) bool { return e.Alive && !e.Self }) {
		t.Errorf("a sidecar is still there: %v, %v", engines, err)
	}
}

// find returns the data of all events of a kind.
func find[T ledger.EventData](r *demoRun) (found []T) {
	for _, e := range r.events {
		if d, ok := e.Data.(T); ok {
			found = append(found, d)
		}
	}
	return found
}

// checkGone fails if the demo has left a process or a file.
func (r *demoRun) checkGone(t *testing.T) {
	t.Helper()
	for _, joined := range find[*ledger.JoinedData](r) {
		if err := syscall.Kill(int(joined.PID), 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("process %d is still there: %v", joined.PID, err)
		}
	}
	files := find[*ledger.RegisteredData](r)
	if len(files) != 1 {
		t.Fatalf("%d temp files were registered", len(files))
	}
	if _, err := os.Stat(filepath.Dir(files[0].Path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", files[0].Path, err)
	}
}

// checkReleased fails if the temp file was not taken off the record.
func (r *demoRun) checkReleased(t *testing.T) {
	t.Helper()
	if n := len(find[*ledger.ReleasedData](r)); n != 1 {
		t.Errorf("%d temp files were released, want the one that was registered", n)
	}
}

// normalised replaces what differs from run to run, and leaves the timeline out.
func (r *demoRun) normalised(input string) string {
	text := r.stdout
	if i := strings.Index(text, "        0  "); i >= 0 {
		text = text[:i]
	}
	for _, rule := range [][2]string{
		{regexp.QuoteMeta(input), "INPUT"},
		{`(?m)^ +\d+\.\d{3}`, " TIME"},
		{`\d{8}T\d{6}\.\d{3}-cli-[0-9a-f]{8}`, "OPERATION"},
		{`(?m)^.*poll \d+: .*\n`, ""},
		{`(process|pid) \d+`, "$1 PID"},
		{`\([\d.]+ m?s\)`, "(TOOK)"},
	} {
		text = regexp.MustCompile(rule[0]).ReplaceAllString(text, rule[1])
	}
	return text
}

func TestDemo(t *testing.T) {
	binary := builtBinary(t)
	for name, test := range map[string]func(*testing.T, string){
		"completes": demoCompletes, "aborts": demoAborts, "is interrupted": demoIsInterrupted,
		"fails": demoFails, "tells of a death": demoTellsOfADeath, "prints JSON": demoPrintsJSON,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, binary)
		})
	}
}

const wantDemo = ` TIME  cli     creates OPERATION
 TIME  cli     joins as process PID
 TIME  cli     ┌ summarise
 TIME  cli     │ wants to know what is in INPUT
 TIME  bridge  │ joins as process PID
 TIME  bridge  │ ┌ survey
 TIME  vscode  │ │ joins as process PID
 TIME  vscode  │ │ ┌ describe the workspace
 TIME  vscode  │ │ │ ┌ search
 TIME  vscode  │ │ │ └ search: 3 files, 7 lines (TOOK)
 TIME  vscode  │ │ │ ┌ ask copilot
 TIME  vscode  │ │ │ │ + temp file copilot-answer.json
 TIME  vscode  │ │ │ │ copilot (pid PID) has answered
 TIME  vscode  │ │ │ │ - temp file copilot-answer.json
 TIME  vscode  │ │ │ └ ask copilot: 19 words (TOOK)
 TIME  vscode  │ │ └ describe the workspace: 3 files, 7 lines, as copilot sees them (TOOK)
 TIME  vscode  │ │ leaves
 TIME  bridge  │ │ puts the report together
 TIME  bridge  │ └ survey: a report of 4 lines (TOOK)
 TIME  bridge  │ leaves
 TIME  cli     └ summarise: a report of 4 lines (TOOK)
 TIME  cli     completes the operation

sample: 3 files, 7 lines, 19 words
  lines by kind   .md 4, .go 3
  longest files   docs/read me.md (3), main.go (3), docs/more.md (1)
  frequent words  ledger, record, forgets, package, shared

`

func demoCompletes(t *testing.T, binary string) {
	input := sampleInput(t)
	run := runDemo(t, binary, nil, "--speed", "40", input)
	if run.code != 0 || run.stderr != "" {
		t.Fatalf("exit %d, stderr %s\n%s", run.code, run.stderr, run.stdout)
	}
	if got := run.normalised(input); got != wantDemo {
		t.Errorf("got:\n%s\nwant:\n%s", got, wantDemo)
	}
	if strings.Contains(run.stdout, "\x1b") {
		t.Errorf("colours off a terminal:\n%q", run.stdout)
	}
	run.checkGone(t)
	run.checkReleased(t)
	pids := map[int64]bool{}
	for _, joined := range find[*ledger.JoinedData](run) {
		pids[joined.PID] = true
	}
	pids[copilotPID(t, run)] = true
	if len(pids) != 4 {
		t.Errorf("the processes are %v, want four", pids)
	}
	checkNested(t, run)
	record := regexp.MustCompile(`The record: (.+)\n`).FindStringSubmatch(run.stdout)
	if record == nil {
		t.Fatalf("no word of the record:\n%s", run.stdout)
	}
	for _, name := range []string{"operation.json", "operation.log", "trail"} {
		if _, err := os.Stat(filepath.Join(record[1], name)); err != nil {
			t.Error(err)
		}
	}
}

// copilotPID is the process that has answered, which must be gone.
func copilotPID(t *testing.T, run *demoRun) int64 {
	t.Helper()
	var pid int64
	for _, d := range find[*ledger.LoggedData](run) {
		if _, err := fmt.Sscanf(d.Message, "copilot (pid %d) has answered", &pid); err == nil {
			break
		}
	}
	if err := syscall.Kill(int(pid), 0); pid == 0 || !errors.Is(err, syscall.ESRCH) {
		t.Errorf("copilot is process %d: %v", pid, err)
	}
	return pid
}

// checkNested compares the calls' parents, by description.
func checkNested(t *testing.T, run *demoRun) {
	t.Helper()
	names, parents := map[string]string{}, map[string]string{}
	for _, call := range find[*ledger.CallStartedData](run) {
		names[call.CallID] = call.Description
		parents[call.Description] = names[call.ParentCallID]
	}
	for call, parent := range map[string]string{callSummarise: "", callSurvey: callSummarise, callDescribe: callSurvey, callSearch: callDescribe, callAsk: callDescribe} {
		if got, ok := parents[call]; !ok || got != parent {
			t.Errorf("the parent of %q is %q, want %q", call, got, parent)
		}
	}
}

func demoAborts(t *testing.T, binary string) {
	run := runDemo(t, binary, nil, "--abort", "--speed", "10", sampleInput(t))
	checkAborted(t, run, 130)
}

// A Ctrl-C by the user does the same.
func demoIsInterrupted(t *testing.T, binary string) {
	run := runDemo(t, binary, func(demo *os.Process, line string) {
		if strings.Contains(line, "poll 1:") {
			if err := demo.Signal(syscall.SIGTERM); err != nil {
				t.Error(err)
			}
		}
	}, sampleInput(t))
	checkAborted(t, run, 128+int(syscall.SIGTERM))
}

func checkAborted(t *testing.T, run *demoRun, code int) {
	t.Helper()
	if run.code != code || run.stderr != "" {
		t.Errorf("exit %d, want %d; stderr %s\n%s", run.code, code, run.stderr, run.stdout)
	}
	run.checkGone(t)
	run.checkReleased(t)
	var acknowledged, told []string
	for _, e := range run.events {
		switch d := e.Data.(type) {
		case *ledger.AcknowledgedData:
			acknowledged = append(acknowledged, e.ParticipantID)
		case *ledger.LoggedData:
			if strings.HasPrefix(d.Message, "told of the abort after ") {
				told = append(told, e.ParticipantID)
			}
		default:
			// Not what this is about.
		}
	}
	slices.Sort(told)
	if !slices.Equal(told, []string{"bridge", "vscode"}) {
		t.Errorf("%v were told by push, want bridge and vscode", told)
	}
	if !slices.Equal(acknowledged, []string{"vscode", "bridge", "cli"}) {
		t.Errorf("%v have acknowledged, want the innermost first", acknowledged)
	}
	if n := len(find[*ledger.CompletedData](run)); n != 1 {
		t.Errorf("completed %d times:\n%s", n, run.stdout)
	}
	if !strings.Contains(run.stdout, "aborted by cli: Ctrl-C") {
		t.Errorf("the timeline shows no abort:\n%s", run.stdout)
	}
}

// What goes wrong in the innermost process is said by the outermost.
func demoFails(t *testing.T, binary string) {
	input := t.TempDir()
	run := runDemo(t, binary, nil, "--speed", "40", input)
	want := regexp.MustCompile(`^tomledger: cli \(process \d+\): .*bridge \(process \d+\): .*vscode \(process \d+\): exit status 1: there are no text files in `)
	if run.code != 1 || !want.MatchString(run.stderr) {
		t.Errorf("exit %d, stderr %s", run.code, run.stderr)
	}
	if n := len(find[*ledger.FailedData](run)); n != 1 {
		t.Errorf("failed %d times:\n%s", n, run.stdout)
	}
}

// A participant that is killed is named.
func demoTellsOfADeath(t *testing.T, binary string) {
	joined := regexp.MustCompile(`vscode .*joins as process (\d+)`)
	var victim string
	run := runDemo(t, binary, func(_ *os.Process, line string) {
		if found := joined.FindStringSubmatch(line); found != nil {
			victim = found[1]
		}
		if strings.Contains(line, "poll 1:") {
			if err := killProcess(victim); err != nil {
				t.Error(err)
			}
		}
	}, sampleInput(t))
	if run.code != 1 || !strings.Contains(run.stderr, "vscode (process "+victim+"): signal: killed") {
		t.Errorf("exit %d, stderr %s", run.code, run.stderr)
	}
	run.checkGone(t)
}

func killProcess(pid string) error {
	n, err := strconv.Atoi(pid)
	if err != nil {
		return err
	}
	p, err := os.FindProcess(n)
	if err != nil {
		return err
	}
	return p.Kill()
}

func demoPrintsJSON(t *testing.T, binary string) {
	run := runDemo(t, binary, nil, "--json", "--speed", "40", sampleInput(t))
	var seq int64
	for line := range strings.Lines(run.stdout) {
		var e rpc.TrailEvent
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if seq++; e.Seq != seq {
			t.Errorf("event %d follows event %d", e.Seq, seq-1)
		}
	}
	if run.code != 0 || int(seq) != len(run.events) {
		t.Errorf("exit %d, %d of %d events, stderr %s", run.code, seq, len(run.events), run.stderr)
	}
}
