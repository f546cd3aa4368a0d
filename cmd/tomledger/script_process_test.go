package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"regexp"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptProcess is a process that runs beside the script.
type scriptProcess struct {
	cmd    *exec.Cmd
	stdin  io.Writer
	ended  chan struct{} // closed after err is written
	err    error
	stdout *output
	stderr *output
}

// output is what a process has written so far.
type output struct {
	mu   sync.Mutex
	more *sync.Cond
	text bytes.Buffer
	done bool
}

func newOutput(from io.Reader) *output {
	o := &output{}
	o.more = sync.NewCond(&o.mu)
	go func() {
		for r := bufio.NewReader(from); ; {
			line, err := r.ReadBytes('\n')
			o.mu.Lock()
			o.text.Write(line)
			o.done = err != nil
			o.more.Broadcast()
			o.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return o
}

// await waits for a match, or for the end of the output.
func (o *output) await(pattern *regexp.Regexp) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for !pattern.Match(o.text.Bytes()) {
		if o.done {
			return false
		}
		o.more.Wait()
	}
	return true
}

// all waits for the end of the output.
func (o *output) all() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	for !o.done {
		o.more.Wait()
	}
	return o.text.Bytes()
}

func startCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start NAME COMMAND...")
	}
	cmd := command(ts, args[1], args[2:]...)
	stdin, err := cmd.StdinPipe()
	ts.Check(err)
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	stderr, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	p := &scriptProcess{cmd: cmd, stdin: stdin, ended: make(chan struct{}), stdout: newOutput(stdout), stderr: newOutput(stderr)}
	go func() {
		p.stdout.all()
		p.stderr.all()
		p.err = cmd.Wait()
		close(p.ended)
	}()
	scriptOf(ts).processes[args[0]] = p
}

func process(ts *testscript.TestScript, name string) *scriptProcess {
	p := scriptOf(ts).processes[name]
	if p == nil {
		ts.Fatalf("no process %s", name)
	}
	return p
}

func awaitCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 || args[1] != "stdout" && args[1] != "stderr" {
		ts.Fatalf("usage: await NAME stdout|stderr PATTERN")
	}
	p := process(ts, args[0])
	o := p.stdout
	if args[1] == "stderr" {
		o = p.stderr
	}
	if !o.await(regexp.MustCompile("(?m)" + args[2])) {
		ts.Fatalf("%s ended without %q on %s:\n%s%s", args[0], args[2], args[1], p.stdout.all(), p.stderr.all())
	}
}

func sendCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: send NAME FILE")
	}
	_, err := io.WriteString(process(ts, args[0]).stdin, ts.ReadFile(args[1]))
	ts.Check(err)
}

func signalCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: signal NAME SIGNAL")
	}
	ts.Check(process(ts, args[0]).cmd.Process.Signal(signalNamed(ts, args[1])))
}

func finishCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: finish NAME CODE")
	}
	p := process(ts, args[0])
	delete(scriptOf(ts).processes, args[0])
	<-p.ended
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".stdout"), p.stdout.all(), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".stderr"), p.stderr.all(), 0o600))
	checkCode(ts, args[1], p.err)
}
