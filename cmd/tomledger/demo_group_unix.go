//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
)

// canInterrupt tells whether one process can send another what Ctrl-C sends.
const canInterrupt = true

// ownGroup makes cmd the head of a process group, which is killed as one. The
// terminal's Ctrl-C doesn't reach it: who started it decides who is told.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// killGroup kills what the head of a process group has left behind. As long as
// anything is left the number can't be anybody else's.
func killGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // an error means that nothing is left
}

// interrupt sends what Ctrl-C sends.
func interrupt(cmd *exec.Cmd) error { return cmd.Process.Signal(os.Interrupt) }
