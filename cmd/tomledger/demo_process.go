package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// actor is a process of the demo as the one who started it sees it.
type actor struct {
	name   string
	cmd    *exec.Cmd
	out    *bufio.Reader
	stderr bytes.Buffer
	once   sync.Once
	report string // what it wrote after its first line
	err    error  // how it ended
}

// start starts a process that plays a part. It is killed when ctx ends; own
// puts it, and all that it starts, into a process group that is killed as one.
// stdin may be nil.
func (s stage) start(ctx context.Context, name string, own bool, stdin *os.File) (*actor, error) {
	a := &actor{name: name, cmd: exec.CommandContext(ctx, s.binary, s.args(name)...)}
	a.cmd.Env = append(os.Environ(), s.environ()...)
	if stdin != nil {
		a.cmd.Stdin = stdin
	}
	a.cmd.Stderr = &a.stderr
	a.cmd.WaitDelay = time.Second // for pipes that a grandchild still holds
	if own {
		ownGroup(a.cmd)
	}
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	a.out = bufio.NewReader(out)
	if err := a.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return a, nil
}

// firstLine reads the line by which a process tells what it has begun. Without
// one it has failed, and the error says how.
func (a *actor) firstLine() (string, error) {
	line, err := a.out.ReadString('\n')
	if err != nil {
		if failed := a.wait(); failed != nil {
			return "", failed
		}
		return "", fmt.Errorf("%s has begun nothing: %w", a.name, err)
	}
	return strings.TrimSuffix(line, "\n"), nil
}

// wait waits for the end of the process. Its error holds the process's own
// words. It may be called repeatedly.
func (a *actor) wait() error {
	a.once.Do(func() {
		rest, readErr := io.ReadAll(a.out)
		a.report = string(rest)
		if err := a.cmd.Wait(); err != nil {
			said := strings.TrimPrefix(strings.TrimSpace(a.stderr.String()), "tomledger: ")
			a.err = fmt.Errorf("%s (process %d): %w", a.name, a.cmd.Process.Pid, err)
			if said != "" {
				a.err = fmt.Errorf("%w: %s", a.err, said)
			}
		} else {
			a.err = readErr
		}
	})
	return a.err
}

// exitCode is the code the process ended with, after wait; -1 if a signal ended it.
func (a *actor) exitCode() int { return a.cmd.ProcessState.ExitCode() }
