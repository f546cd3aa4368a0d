package gen

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestBadSchemas loads each file of testdata/bad beside base.go. A comment
// "ERROR regexp" stands on the line of every error that must be reported
// ("ERROR-ABOVE" where the line can't have a comment), and there are no others.
func TestBadSchemas(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no bad schemas: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".go"), func(t *testing.T) {
			_, err := loadFiles(".", []string{"testdata/base.go", file})
			if err == nil {
				t.Fatal("the schema was accepted")
			}
			reported := strings.Split(err.Error(), "\n")
			for line, pattern := range expectedErrors(t, file) {
				reported = takeMatch(t, reported, fmt.Sprintf("%s:%d: ", file, line), pattern)
			}
			if len(reported) > 0 {
				t.Errorf("unexpected errors:\n%s", strings.Join(reported, "\n"))
			}
		})
	}
}

// expectedErrors returns the pattern that each line of a file asks for.
func expectedErrors(t *testing.T, file string) map[int]string {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := map[int]string{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if _, pattern, ok := strings.Cut(lines.Text(), "// ERROR-ABOVE "); ok {
			want[n-1] = pattern
		} else if _, pattern, ok := strings.Cut(lines.Text(), "// ERROR "); ok {
			want[n] = pattern
		}
	}
	if len(want) == 0 {
		t.Fatalf("%s expects no error", file)
	}
	return want
}

// takeMatch removes the error at this place, which must match the pattern.
func takeMatch(t *testing.T, reported []string, place, pattern string) []string {
	for i, message := range reported {
		if !strings.HasPrefix(message, place) {
			continue
		}
		if !regexp.MustCompile(pattern).MatchString(message) {
			t.Errorf("%q does not match %q", message, pattern)
		}
		return append(reported[:i], reported[i+1:]...)
	}
	t.Errorf("no error at %s; reported:\n%s", place, strings.Join(reported, "\n"))
	return reported
}

// TestIncompleteSchemas covers what no single line is to blame for.
func TestIncompleteSchemas(t *testing.T) {
	tests := map[string]struct{ source, want string }{
		"no Service":     {"package rpc", "there is no interface Service"},
		"no interface":   {"package rpc\n// Service is one.\ntype Service struct{}", "Service must be an interface"},
		"no codes":       {"package rpc", "there are no error codes"},
		"no version":     {"package rpc", "there is no constant ProtocolVersion"},
		"broken Go code": {"package rpc\nfunc", "expected 'IDENT'"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "rpc"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "rpc", "a.go"), []byte(test.source), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := Load(dir)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestNames(t *testing.T) {
	for goName, want := range map[string]string{
		"OperationID": "operationId", "PID": "pid", "CallIDInUse": "callIdInUse", "CallIDs": "callIds",
		"CrashedCallIDs": "crashedCallIds", "ID": "id", "TimeoutMs": "timeoutMs", "Identity": "identity",
	} {
		if got := lowerCamel(goName); got != want {
			t.Errorf("lowerCamel(%s) = %s, want %s", goName, got, want)
		}
	}
}

func TestDescription(t *testing.T) {
	for _, test := range []struct{ name, doc, want string }{
		{"CallID", "CallID is the call.", "The call."},
		{"CallIDs", "CallIDs are the calls.", "The calls."},
		{"CallEnd", "CallEnd ends a call.", "Ends a call."},
		{"Call", "Something else.", "Something else."},
		{"Is", "Is is is.", "Is."},
	} {
		if got := description(test.name, test.doc); got != test.want {
			t.Errorf("description(%s, %q) = %q, want %q", test.name, test.doc, got, test.want)
		}
	}
}
