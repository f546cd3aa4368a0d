package main

import (
	"flag"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tomledger": main})
}

// TestScripts runs testdata/script. A script has a ledger of its own and these
// commands beside those of testscript:
//
//	client NAME METHOD JSON [FIELD=VAR...]
//		calls a method as the participant NAME, which is connected through a
//		`tomledger stdio` of its own from its first call on, and stores fields
//		of the result in the environment
//	hangup NAME eof|INT|TERM|HUP CODE
//		ends the participant's sidecar and checks its exit code
//	start NAME COMMAND...
//		starts a process
//	await NAME stdout|stderr PATTERN
//		waits until the process has written it
//	send NAME FILE
//		writes a file to the process's stdin
//	finish NAME CODE
//		waits for the end of the process and checks its exit code; what it has
//		written is then in the files NAME.stdout and NAME.stderr
//	signal NAME INT|TERM|HUP|...
//		sends the process a signal
//	code CODE COMMAND...
//		runs a command and checks its exit code
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup:               setupScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"client": clientCommand,
			"hangup": hangupCommand,
			"start":  startCommand,
			"await":  awaitCommand,
			"send":   sendCommand,
			"finish": finishCommand,
			"signal": signalCommand,
			"code":   codeCommand,
		},
	})
}

// setupScript gives the script places of its own.
func setupScript(env *testscript.Env) error {
	binary, err := exec.LookPath("tomledger")
	if err != nil {
		return err
	}
	env.Setenv("TOMLEDGER_BINARY", binary)
	env.Setenv("TOMLEDGER_DIR", filepath.Join(env.WorkDir, "ledger"))
	env.Setenv("TOMLEDGER_SOCKET", "")
	env.Setenv("GORACE", "atexit_sleep_ms=0") // or every process takes a second with -race
	// Short enough for a socket's path, wherever the temporary directory is.
	runtime, err := newRuntimeDir(env)
	if err != nil {
		return err
	}
	env.Setenv("XDG_RUNTIME_DIR", runtime)
	env.Values[scriptKey{}] = &scriptState{clients: map[string]*scriptClient{}, processes: map[string]*scriptProcess{}}
	env.Defer(func() { env.Values[scriptKey{}].(*scriptState).end() })
	return nil
}
