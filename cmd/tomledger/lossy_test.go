package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pausedWriter takes a write when it is told to, as a pipe does.
type pausedWriter struct {
	bytes.Buffer
	read chan struct{}
}

func (w *pausedWriter) Write(p []byte) (int, error) {
	<-w.read
	return w.Buffer.Write(p)
}

func TestLossyWriterDropsWhatNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &pausedWriter{read: make(chan struct{})}
		w := newLossyWriter(to)
		line := strings.Repeat("x", 1<<10-1) + "\n"
		const lines = 400
		for i := range lines {
			if n, err := io.WriteString(w, line); n != len(line) || err != nil {
				t.Fatalf("line %d: %d, %v", i, n, err)
			}
			synctest.Wait() // the first line is being written now
		}
		w.flush(time.Hour) // gives up: nobody reads
		close(to.read)
		w.flush(time.Hour)
		kept := 1 + maxUnread/len(line)
		want := strings.Repeat(line, kept) + fmt.Sprintf("tomledger: %d messages were dropped, because nobody read stderr\n", lines-kept)
		if diff := cmp.Diff(want, to.String()); diff != "" {
			t.Errorf("written (-want +got):\n%s", diff)
		}
		if _, err := io.WriteString(w, "again\n"); err != nil {
			t.Fatal(err)
		}
		w.flush(time.Hour)
		if !strings.HasSuffix(to.String(), "stderr\nagain\n") {
			t.Error("nothing is written any more")
		}
	})
}

// TestUnreadStderrBlocksNobody runs the program with a stderr that is full.
func TestUnreadStderrBlocksNobody(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = read.Close() }()
	defer func() { _ = write.Close() }()
	// What is written before the deadline fills the pipe; the rest finds no room.
	if err := write.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Skip("no deadlines on pipes here:", err)
	}
	for err = nil; err == nil; {
		_, err = write.Write(make([]byte, 4096))
	}
	cmd := exec.Command("tomledger", "nonsense")
	cmd.Stderr = write
	if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != exitUsage {
		t.Errorf("ended with %v, want exit code %d", err, exitUsage)
	}
}
