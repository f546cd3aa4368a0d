package sidecar_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
)

// These variables name the binaries that the tests run, built once by TestMain:
// the first has the race detector if the tests have it.
const (
	binaryVariable     = "TOMLEDGER_TESTED_BINARY"
	fastBinaryVariable = "TOMLEDGER_TESTED_FAST_BINARY"
)

// TestMain builds the command: these tests are about real processes.
func TestMain(m *testing.M) {
	os.Exit(runWithBinary(m))
}

func runWithBinary(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tomledger-sidecar-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	err = build(binaryVariable, filepath.Join(dir, "tomledger"), raceEnabled())
	if err == nil {
		err = build(fastBinaryVariable, filepath.Join(dir, "tomledger-fast"), false)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	// A process that ends would wait a second for races in others of its threads.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	return m.Run()
}

// build builds the command, and puts its path into a variable.
func build(variable, path string, race bool) error {
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	cmd := exec.Command("go", "build", fmt.Sprintf("-race=%t", race), "-o", path, "github.com/tomledger/tomledger/cmd/tomledger")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w\n%s", cmd, err, out)
	}
	return os.Setenv(variable, path)
}

// raceEnabled tells whether this binary was built with the race detector: then
// the processes it starts shall be, too.
func raceEnabled() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
