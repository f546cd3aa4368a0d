package sidecar_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// onDisk prepares a tomledger whose ledger directory is a file system of its
// own, in a mount namespace of its own, so that nothing is left behind. From
// outside, the directory is seen through /proc.
func onDisk(t testing.TB, options string) (cmd *exec.Cmd, dir func() string) {
	t.Helper()
	mountPoint := filepath.Join(t.TempDir(), "mnt")
	if err := os.Mkdir(mountPoint, 0o700); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("mount --make-rprivate / && mount -t tmpfs -o %s none %q && exec \"$@\"", options, mountPoint)
	isolated := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	try := exec.Command("sh", "-c", script, "sh", "true")
	try.SysProcAttr = isolated
	if out, err := try.CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: mounting needs root: %v %s", err, out)
	}
	inner := command(mountPoint, "stdio")
	cmd = exec.Command("sh", append([]string{"-c", script, "sh"}, inner.Args...)...)
	cmd.SysProcAttr = isolated
	return cmd, func() string { return fmt.Sprintf("/proc/%d/root%s", cmd.Process.Pid, mountPoint) }
}

// A full disk refuses what does not fit, keeps what was acknowledged, and goes
// on when there is room again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	cmd, dir := onDisk(t, "size=1m")
	p := over(t, cmd, named("cli"))
	op := p.create(t)
	ballast := filepath.Join(dir(), "ballast")
	if err := os.WriteFile(ballast, make([]byte, 256<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("x", 10_000)
	logged := 0
	log := func() error {
		_, err := p.OperationLog(testContext(t), &rpc.OperationLogParams{OperationID: op, Message: text})
		if err == nil {
			logged++
		}
		return err
	}
	var err error
	for err == nil {
		err = log()
	}
	refused(t, err, rpc.CodeStorageFailed)
	err = nil
	for err == nil {
		_, err = p.OperationCreate(testContext(t), &rpc.OperationCreateParams{})
	}
	refused(t, err, rpc.CodeStorageFailed)
	if d := p.document(t, op); d.Seq != int64(logged)+2 {
		t.Errorf("%d events, want %d", d.Seq, logged+2)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := log(); err != nil {
		t.Fatalf("there is room again: %v", err)
	}
	events, _ := record(t, dir(), op)
	if n := len(pick[*ledger.LoggedData](events)); n != logged || logged == 0 {
		t.Errorf("%d lines are in the log, %d were acknowledged", n, logged)
	}
	for _, e := range ok(os.ReadDir(dir()))(t) {
		if strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
	checkLedger(t, dir())
}

func TestReadOnlyLedger(t *testing.T) {
	t.Parallel()
	cmd, _ := onDisk(t, "ro")
	p, _ := startStdio(t, cmd)
	if code := p.exitCode(); code != 1 || !strings.Contains(p.stderr.String(), "read-only file system") {
		t.Errorf("it ended with %d and said %q", code, p.stderr)
	}
}
