package file

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

// roleVariable makes this test binary play a process of its own.
const roleVariable = "TOMLEDGER_JOURNAL_TEST_ROLE"

// runRole is main in such a process.
func runRole(role string, args []string) int {
	var err error
	switch role {
	case "append":
		err = appendForever(args[0], args[1])
	case "enroll":
		err = enrollUntilKilled(args[0], args[1])
	default:
		err = fmt.Errorf("no role %q", role)
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// start starts this test binary in a role.
func start(t *testing.T, role string, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil { // open for as long as we live
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// kill kills the process and returns what it had still written.
func kill(t *testing.T, cmd *exec.Cmd, out *bufio.Scanner) (rest []string) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	for out.Scan() {
		rest = append(rest, out.Text())
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) {
		t.Errorf("a killed process ended with %v", err)
	}
	return rest
}

// appendForever appends batches of three marked records, and snapshots, and
// prints the number of the last of each batch when it has been acknowledged.
func appendForever(dir, mark string) error {
	ctx := context.Background()
	j, err := Open(dir, Options{})
	if err != nil {
		return err
	}
	l, err := j.Open(ctx, "op")
	if err != nil {
		return err
	}
	for seq := int64(0); ; {
		for r, err := range l.Read(ctx, seq, true) {
			if err != nil {
				return err
			}
			seq = r.Seq
		}
		batch := markedBatch(seq, mark)
		err := l.Append(ctx, seq, batch, true)
		if err == nil {
			seq += int64(len(batch))
			fmt.Println(seq)
		} else if !errors.Is(err, journal.ErrConflict) {
			return err
		}
	}
}

func markedBatch(seq int64, mark string) []journal.Record {
	batch := make([]journal.Record, 3)
	for i := range batch {
		batch[i] = journal.Record{Seq: seq + 1 + int64(i), Data: fmt.Appendf(nil, `{"mark":"%s.%d.%d"}`, mark, seq, i)}
	}
	batch[0].More = true
	batch[2].Snapshot = seq%10 == 0
	return batch
}

// TestKilledAppenders lets three processes append, of which one after another
// is killed in the middle of it and replaced. What has been acknowledged is in
// the log, where it was said to be; every batch is there as a whole, and the
// numbers have no gap.
func TestKilledAppenders(t *testing.T) {
	const appenders, kills = 3, 30
	dir := t.TempDir()
	j := mustOpen(t, dir, Options{})
	created(t, j, "op")

	var mu sync.Mutex
	acknowledged := map[int64]string{} // the last record of a batch, and whose it is
	note := func(mark string, lines ...string) {
		mu.Lock()
		defer mu.Unlock()
		for _, line := range lines {
			seq, err := strconv.ParseInt(line, 10, 64)
			if err != nil {
				t.Errorf("%q: %v", line, err)
			}
			if other := acknowledged[seq]; other != "" {
				t.Errorf("record %d is %s's and %s's", seq, other, mark)
			}
			acknowledged[seq] = mark
		}
	}
	var wg sync.WaitGroup
	for a := range appenders {
		wg.Go(func() {
			for life := range kills / appenders {
				mark := fmt.Sprintf("p%d-%d", a, life)
				cmd, out := start(t, "append", dir, mark)
				for range 5 + 7*a + life {
					if !out.Scan() {
						break
					}
					note(mark, out.Text())
				}
				note(mark, kill(t, cmd, out)...)
			}
		})
	}
	wg.Wait()

	records, err := journaltest.ReadAll(opened(t, j, "op"), 0, false)
	if err != nil {
		t.Fatal(err)
	}
	batches := 0
	for i := 1; i < len(records); i += 3 {
		mark, _, _ := strings.Cut(strings.TrimPrefix(string(records[i].Data), `{"mark":"`), ".")
		for k, want := range markedBatch(int64(i), mark) {
			if got := records[i+k]; string(got.Data) != string(want.Data) || got.Seq != want.Seq {
				t.Fatalf("record %d: %s, want %s", got.Seq, got.Data, want.Data)
			}
		}
		last := int64(i + 3)
		if want := acknowledged[last]; want != "" && want != mark {
			t.Errorf("record %d is %s's, and was acknowledged to %s", last, mark, want)
		}
		delete(acknowledged, last)
		batches++
	}
	if len(acknowledged) > 0 {
		t.Errorf("acknowledged and lost: %v", acknowledged)
	}
	t.Logf("%d batches, %d kills", batches, kills)
	journaltest.MustAppend(t, opened(t, j, "op"), journaltest.Records(int64(len(records))+1, 1)...)
}

func enrollUntilKilled(dir, id string) error {
	j, err := Open(dir, Options{})
	if err != nil {
		return err
	}
	if _, err := j.Enroll(id); err != nil {
		return err
	}
	fmt.Println("enrolled")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// TestKilledEngineIsDead: the kernel tells, as soon as the process is gone.
func TestKilledEngineIsDead(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	j := mustOpen(t, dir, Options{})
	cmd, out := start(t, "enroll", dir, "victim")
	if !out.Scan() {
		t.Fatal("not enrolled")
	}
	if got, err := j.Engines(ctx); err != nil || fmt.Sprint(got) != "[{victim true}]" {
		t.Errorf("engines %v, %v", got, err)
	}
	kill(t, cmd, out)
	if got, err := j.Engines(ctx); err != nil || fmt.Sprint(got) != "[{victim false}]" {
		t.Errorf("engines %v, %v", got, err)
	}
}
