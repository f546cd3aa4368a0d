package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/sidecar/connect"
)

// scriptKey finds the script's own things among its values.
type scriptKey struct{}

// scriptState is what a script has started.
type scriptState struct {
	clients   map[string]*scriptClient
	processes map[string]*scriptProcess
}

// scriptClient is a participant with a sidecar of its own.
type scriptClient struct {
	*connect.Client
	sidecar *exec.Cmd
}

func scriptOf(ts *testscript.TestScript) *scriptState { return ts.Value(scriptKey{}).(*scriptState) }

// end ends what the script has left running.
func (s *scriptState) end() {
	for _, c := range s.clients {
		c.Close()
		_ = c.sidecar.Wait() // the script is over
	}
	for _, p := range s.processes {
		_ = p.cmd.Process.Kill() // it may have ended
		<-p.ended
	}
}

// newRuntimeDir makes a directory with a short path.
func newRuntimeDir(env *testscript.Env) (string, error) {
	dir, err := os.MkdirTemp("", "tl")
	if err != nil {
		return "", err
	}
	env.Defer(func() { _ = os.RemoveAll(dir) })
	return dir, nil
}

// command prepares a process in the script's environment.
func command(ts *testscript.TestScript, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = os.Environ()
	for _, name := range []string{"TOMLEDGER_BINARY", "TOMLEDGER_DIR", "TOMLEDGER_SOCKET", "XDG_RUNTIME_DIR", "GORACE"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	return cmd
}

func clientCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: client NAME METHOD JSON [FIELD=VAR...]")
	}
	name, method, params := args[0], args[1], os.Expand(args[2], ts.Getenv)
	c := scriptOf(ts).clients[name]
	if c == nil {
		cmd := command(ts, "tomledger", "stdio")
		client, err := connect.Spawn(context.Background(), cmd, connect.Options{Initialize: rpc.InitializeParams{ParticipantID: name}})
		ts.Check(err)
		c = &scriptClient{client, cmd}
		scriptOf(ts).clients[name] = c
	}
	var result json.RawMessage
	ts.Check(c.Caller.Call(context.Background(), method, json.RawMessage(params), &result))
	ts.Logf("%s", result)
	var fields map[string]any
	ts.Check(json.Unmarshal(result, &fields))
	for _, arg := range args[3:] {
		field, variable, _ := strings.Cut(arg, "=")
		value, ok := fields[field].(string)
		if !ok {
			ts.Fatalf("the result has no text %q", field)
		}
		ts.Setenv(variable, value)
	}
}

func hangupCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: hangup NAME eof|SIGNAL CODE")
	}
	clients := scriptOf(ts).clients
	c := clients[args[0]]
	if c == nil {
		ts.Fatalf("no client %s", args[0])
	}
	delete(clients, args[0])
	if args[1] != "eof" {
		ts.Check(c.sidecar.Process.Signal(signalNamed(ts, args[1])))
		<-c.Done() // the sidecar closes its side
	}
	c.Close()
	checkCode(ts, args[2], c.sidecar.Wait())
}

func signalNamed(ts *testscript.TestScript, name string) syscall.Signal {
	switch name {
	case "INT":
		return syscall.SIGINT
	case "TERM":
		return syscall.SIGTERM
	case "HUP":
		return syscall.SIGHUP
	case "KILL":
		return syscall.SIGKILL
	}
	ts.Fatalf("unknown signal %s", name)
	return 0
}

// checkCode compares how a process ended with the exit code that the script wants.
func checkCode(ts *testscript.TestScript, want string, err error) {
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, want %s (%v)", got, want, err)
	}
}

func codeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code CODE COMMAND...")
	}
	checkCode(ts, args[0], ts.Exec(args[1], args[2:]...))
}
