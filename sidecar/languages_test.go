package sidecar_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tomledger/tomledger/rpc"
)

// An operation is created in Go, joined in TypeScript and in Dart, each through
// a binding with a stdio sidecar of its own. Calls started by one are awaited by
// the others with their results, and an abort by one reaches the other two.
func TestThreeLanguages(t *testing.T) {
	t.Parallel()
	root := ok(filepath.Abs(".."))(t)
	node, dart := typescriptRunner(t, root), dartRunner(t, root)
	dir := newLedger(t)
	cli := withStdio(t, dir, named("go"))
	op := cli.create(t)
	programs := filepath.Join(root, "bindings", "conformance", "participants")
	speakers := []speaker{
		&goSpeaker{p: cli, op: op},
		speak(t, "typescript", node, filepath.Join(programs, "participant.mjs"), dir, op),
		speak(t, "dart", dart, filepath.Join(programs, "participant.dart"), dir, op),
	}
	for i, owner := range speakers {
		call := owner.do(t, order{Do: "start"}).CallID
		// A binding answers one line after the other, so that the call has ended
		// for some of those who await it and not for others.
		result := fmt.Sprintf(`{"n":%d,"text":"Grüße 🎯","list":[1,2.5,null,true],"big":9007199254740991}`, i)
		other := speakers[(i+1)%len(speakers)]
		awaited := make(chan answer, 1)
		go func() { awaited <- other.do(t, order{Do: "await", CallID: call}) }()
		owner.do(t, order{Do: "end", CallID: call, Result: json.RawMessage(result)})
		for _, got := range []answer{<-awaited, speakers[(i+2)%len(speakers)].do(t, order{Do: "await", CallID: call})} {
			if got.Status != "succeeded" || !sameJSON(t, got.Result, result) {
				t.Errorf("the result %s arrived as %s %s", result, got.Status, got.Result)
			}
		}
	}
	for i, id := range []string{"go", "typescript", "dart"} {
		speakers[i].do(t, order{Do: "abort", Reason: "enough for " + id})
		for _, s := range speakers {
			if got := s.do(t, order{Do: "awaitAbort"}); got.By != id || got.Reason != "enough for "+id {
				t.Errorf("told of an abort by %q because %q", got.By, got.Reason)
			}
		}
		acknowledgedBy(t, cli, op, []string{"dart", "typescript"}) // bindings do so by themselves
		cleared := false
		ok(cli.OperationAbort(testContext(t), &rpc.OperationAbortParams{OperationID: op, Value: &cleared}))(t)
	}
	for _, s := range speakers[1:] {
		s.do(t, order{Do: "leave"})
	}
	cli.complete(t, op)
	record(t, dir, op)
}

// acknowledgedBy waits until an abort has been acknowledged by these.
func acknowledgedBy(t testing.TB, p *participant, op string, want []string) {
	t.Helper()
	ctx := testContext(t)
	for ctx.Err() == nil {
		abort := p.document(t, op).Abort
		if slices.Sort(abort.AcknowledgedBy); slices.Equal(abort.AcknowledgedBy, want) {
			return
		}
	}
	t.Errorf("the abort was not acknowledged by %q", want)
}

// order is what a participant is told to do, and answer what it says; see the
// README beside the programs.
type order struct {
	Do     string          `json:"do"`
	CallID string          `json:"callId,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Reason string          `json:"reason,omitempty"`
}

type answer struct {
	CallID string
	Status string
	Result json.RawMessage
	By     string
	Reason string
}

type speaker interface {
	do(t *testing.T, o order) answer
}

// goSpeaker is a participant of this process.
type goSpeaker struct {
	p      *participant
	op     string
	aborts int // it has been asked for
}

func (g *goSpeaker) do(t *testing.T, o order) (a answer) {
	switch o.Do {
	case "start":
		a.CallID = g.p.start(t, g.op)
	case "end":
		g.p.end(t, g.op, o.CallID, string(o.Result))
	case "await":
		outcome := ok(g.p.CallAwait(testContext(t), &rpc.CallAwaitParams{OperationID: g.op, CallID: o.CallID}))(t)
		a.Status, a.Result = string(outcome.Status), outcome.Result
	case "abort":
		ok(g.p.OperationAbort(testContext(t), &rpc.OperationAbortParams{OperationID: g.op, Reason: o.Reason}))(t)
	case "awaitAbort":
		seen := 0
		e := told(t, g.p, rpc.NotificationOperationAborted, func(e *rpc.OperationAbortedEvent) bool {
			if e.Value {
				seen++
			}
			return seen > g.aborts
		})
		g.aborts++
		a.By, a.Reason = e.By, e.Reason
	}
	return a
}

// program is a participant in another language.
type program struct {
	*process
	lines *raw
}

// speak starts a participant and waits until it has joined.
func speak(t *testing.T, id string, runner []string, args ...string) speaker {
	t.Helper()
	args = append(slices.Clone(runner[1:]), append(args, id)...)
	cmd := exec.Command(runner[0], args...)
	cmd.Env = append(os.Environ(), "TOMLEDGER_BINARY="+os.Getenv(binaryVariable))
	p, rwc := startStdio(t, cmd)
	s := &program{p, newRaw(rwc)}
	s.answer(t)
	return s
}

func (p *program) do(t *testing.T, o order) answer {
	t.Helper()
	line, err := json.Marshal(o)
	if err != nil {
		t.Error(err)
	}
	if _, err := io.WriteString(p.lines, string(line)+"\n"); err != nil {
		t.Error(err)
	}
	a := p.answer(t)
	if o.Do == "leave" && p.exitCode() != 0 {
		t.Errorf("a participant ended with %d", p.exitCode())
	}
	return a
}

func (p *program) answer(t *testing.T) (a answer) {
	t.Helper()
	line, err := p.lines.in.ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(line), &a)
	}
	if err != nil {
		t.Errorf("a participant said %q: %v\n%s", line, err, p.stderr)
	}
	return a
}

func sameJSON(t testing.TB, a json.RawMessage, b string) bool {
	t.Helper()
	var v [2]any
	for i, data := range []string{string(a), b} {
		d := json.NewDecoder(bytes.NewBufferString(data))
		d.UseNumber()
		if err := d.Decode(&v[i]); err != nil {
			t.Errorf("%q: %v", data, err)
		}
	}
	return fmt.Sprint(v[0]) == fmt.Sprint(v[1])
}

// unavailable skips a test for want of something that `make test` installs.
func unavailable(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" || os.Getenv("TOMLEDGER_ALL_TESTS") != "" {
		t.Fatalf("%s: .ci/setup installs it", what)
	}
	t.Skipf("NOT TESTED: %s; .ci/setup installs it", what)
}

// typescriptRunner is what runs programs that use the built TypeScript binding.
func typescriptRunner(t testing.TB, root string) []string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		unavailable(t, "no node on the PATH")
	}
	if _, err := os.Stat(filepath.Join(root, "bindings", "typescript", "dist", "src", "index.mjs")); err != nil {
		unavailable(t, "the TypeScript binding is not built")
	}
	return []string{node}
}

// dartRunner is what runs programs that use the Dart binding.
func dartRunner(t testing.TB, root string) []string {
	t.Helper()
	dart := os.Getenv("DART")
	if found, err := filepath.Glob(filepath.Join(root, ".cache", "dart-*", "dart")); dart == "" && err == nil && len(found) > 0 {
		dart = found[0]
	}
	if found, err := exec.LookPath("dart"); dart == "" && err == nil {
		dart = found
	}
	if dart == "" {
		unavailable(t, "no dart")
	}
	type dependency struct {
		Name            string `json:"name"`
		RootURI         string `json:"rootUri"`
		PackageURI      string `json:"packageUri"`
		LanguageVersion string `json:"languageVersion"`
	}
	binding := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(root, "bindings", "dart")) + "/"}
	config, err := json.Marshal(map[string]any{"configVersion": 2, "packages": []dependency{
		{Name: "tomledger", RootURI: binding.String(), PackageURI: "lib/", LanguageVersion: "3.7"}}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "package_config.json")
	if err := os.WriteFile(path, config, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{dart, "--enable-asserts", "--packages=" + path}
}
