package sidecar_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/rpc"
)

// newLedger makes a ledger directory that is checked for inconsistencies when
// the test is over. Views that a killed engine left behind are allowed: the
// next engine mends them.
func newLedger(t testing.TB) string {
	dir := filepath.Join(t.TempDir(), "ledger")
	t.Cleanup(func() { checkLedger(t, dir) })
	return dir
}

func checkLedger(t testing.TB, dir string) {
	t.Helper()
	report, err := ledger.Check(context.WithoutCancel(t.Context()), dir, ledger.CheckOptions{})
	if err != nil {
		t.Error(err)
		return
	}
	for _, f := range report.Findings {
		if f.Severity == ledger.SeverityError {
			t.Errorf("check: %s %s %s: %s", f.Kind, f.OperationID, f.Path, f.Message)
		}
	}
}

func TestMissingLedgerIsMade(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b", "c")
	p := withStdio(t, dir, named("cli"))
	p.complete(t, p.create(t))
	checkLedger(t, dir)
}

func TestLedgerThatIsAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{path, filepath.Join(path, "below")} {
		p, _ := startStdio(t, command(dir, "stdio"))
		if code := p.exitCode(); code != 1 || !strings.Contains(p.stderr.String(), path) {
			t.Errorf("it ended with %d and said %q", code, p.stderr)
		}
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "precious" {
		t.Errorf("the file holds %q now (%v)", data, err)
	}
}

// abandoned makes an operation with ten ended calls, whose engine is killed.
// It returns the ledger, the operation and its segment.
func abandoned(t testing.TB) (dir, op, segment string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "ledger")
	p := withStdio(t, dir, named("cli"))
	op = p.create(t)
	for range 10 {
		p.end(t, op, p.start(t, op), `1`)
	}
	p.process.kill()
	return dir, op, filepath.Join(dir, op+"_trail", "000001.jsonl")
}

// edit replaces a file by what change makes of it.
func edit(t testing.TB, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The events of an abandoned operation: created, joined, and twice ten for calls.
const abandonedEvents = 22

func TestTornTail(t *testing.T) {
	t.Parallel()
	for name, tail := range map[string]string{
		"half a line":  `{"seq":23,"type":"logg`,
		"NUL bytes":    strings.Repeat("\x00", 4096),
		"half a batch": batchLine(`{"seq":23,"batch":true,"at":"2026-01-01T00:00:00Z","type":"logged","data":{}`),
	} {
		t.Run(name, func(t *testing.T) {
			dir, op, segment := abandoned(t)
			edit(t, segment, func(b []byte) []byte { return append(b, tail...) })
			p := withStdio(t, dir, named("cli"))
			if d := p.document(t, op); d.Seq != abandonedEvents || len(d.Calls) != 10 {
				t.Errorf("after a torn write there are %d events and %d calls", d.Seq, len(d.Calls))
			}
			p.join(t, op)
			p.complete(t, op)
			p.goodbye(t)
			if events, _ := record(t, dir, op); len(pick[*ledger.CallEndedData](events)) != 10 {
				t.Errorf("of what was acknowledged %d calls are left", len(pick[*ledger.CallEndedData](events)))
			}
			checkLedger(t, dir)
		})
	}
}

// batchLine completes a line of the log with its checksum.
func batchLine(start string) string {
	sum := crc32.Checksum([]byte(start), crc32.MakeTable(crc32.Castagnoli))
	return fmt.Sprintf("%s,\"crc\":\"%08x\"}\n", start, sum)
}

// A damaged log is refused with its place, its good prefix stays readable, and
// nothing is written to it. Other operations know nothing of it.
func TestDamagedLog(t *testing.T) {
	t.Parallel()
	flip := func(b []byte) []byte {
		lines := bytes.SplitAfter(b, []byte("\n"))
		b[len(b)-len(bytes.Join(lines[10:], nil))+20] ^= 1
		return b
	}
	for _, c := range []struct {
		name     string
		damage   func(t *testing.T, segment string)
		code     rpc.Code
		readable int64 // events
		line     int64
	}{
		{"flipped byte", func(t *testing.T, s string) { edit(t, s, flip) }, rpc.CodeCorrupt, 10, 11},
		{"empty segment", func(t *testing.T, s string) { edit(t, s, func([]byte) []byte { return nil }) }, rpc.CodeCorrupt, 0, 1},
		{"empty second segment", func(t *testing.T, s string) {
			second := filepath.Join(filepath.Dir(s), "000002.jsonl")
			if err := os.WriteFile(second, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, rpc.CodeCorrupt, abandonedEvents, 0},
		{"newer format", func(t *testing.T, s string) { edit(t, s, newerFormat) }, rpc.CodeFormatTooNew, abandonedEvents, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, op, segment := abandoned(t)
			c.damage(t, segment)
			before := contents(t, filepath.Dir(segment))
			s := startServe(t, dir)
			unharmed := bystander(t, s)
			p := s.connect(t, named("cli"))
			_, err := p.OperationJoin(testContext(t), &rpc.OperationJoinParams{OperationID: op})
			details := refused(t, err, c.code)
			if c.line > 0 && (details.Path != segment || details.Line != c.line) {
				t.Errorf("the damage is said to be in line %d of %s", details.Line, details.Path)
			}
			if n := readable(t, p, op, c.code); n != c.readable {
				t.Errorf("%d events can be read, want %d", n, c.readable)
			}
			if list := ok(p.LedgerOperations(testContext(t), &rpc.LedgerOperationsParams{}))(t); len(list.Operations) == 0 {
				t.Error("no operation is listed any more")
			}
			unharmed()
			if after := contents(t, filepath.Dir(segment)); after != before {
				t.Error("the damaged log has been changed")
			}
		})
	}
}

// newerFormat makes the log one that a newer version has begun.
func newerFormat(log []byte) []byte {
	first, rest, _ := bytes.Cut(log, []byte("\n"))
	start, _, _ := bytes.Cut(first, []byte(`,"crc":`))
	return append([]byte(batchLine(strings.Replace(string(start), `"format":1`, `"format":2`, 1))), rest...)
}

// contents is all that is in the files of a directory.
func contents(t testing.TB, dir string) string {
	t.Helper()
	var all strings.Builder
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s: %q\n", name, data)
	}
	return all.String()
}

// readable counts the events that can be read, page by page, and checks that an
// error of that code, or nothing, follows.
func readable(t testing.TB, p *participant, op string, code rpc.Code) (n int64) {
	t.Helper()
	for {
		page, err := p.OperationTrail(testContext(t), &rpc.OperationTrailParams{OperationID: op, AfterSeq: n, Limit: 4})
		if err != nil {
			refused(t, err, code)
			return n
		}
		n += int64(len(page.Events))
		if page.Next == nil {
			return n
		}
	}
}

// Views that are gone or scribbled on are right again after the next change.
func TestViewsAreMended(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(string) error{
		"deleted":      os.Remove,
		"scribbled on": func(path string) error { return os.WriteFile(path, []byte("{\"operationId\": 5, seq=x\n"), 0o600) },
		"emptied":      func(path string) error { return os.Truncate(path, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := newLedger(t)
			p := withStdio(t, dir, named("cli"))
			op := p.create(t)
			p.goodbye(t) // leaves, and writes the views
			p.process.exitCode()
			for _, view := range []string{"json", "log", "debug.log"} {
				if err := harm(filepath.Join(dir, op+".operation."+view)); err != nil {
					t.Fatal(err)
				}
			}
			p = withStdio(t, dir, named("cli"))
			p.join(t, op)
			want := p.document(t, op)
			ok(p.OperationLog(testContext(t), &rpc.OperationLogParams{OperationID: op, Message: "still here"}))(t)
			p.goodbye(t)
			p.process.exitCode()
			var document rpc.Document
			data := ok(os.ReadFile(filepath.Join(dir, op+".operation.json")))(t)
			if err := json.Unmarshal(data, &document); err != nil || document.Seq != want.Seq+2 || document.OperationID != op {
				t.Errorf("the document has %d events of %q (%v), want %d", document.Seq, document.OperationID, err, want.Seq+2)
			}
			for _, log := range []string{"log", "debug.log"} {
				text := string(ok(os.ReadFile(filepath.Join(dir, op+".operation."+log)))(t))
				if strings.Count(text, "OPERATION_CREATED") != 1 || strings.Count(text, "PARTICIPANT_JOINED") != 2 || !strings.Contains(text, "still here") {
					t.Errorf("the log holds\n%s", text)
				}
			}
		})
	}
}
