package connect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// emptyEnvironment hides the variables of whoever runs the tests, and returns a
// directory with no links in its path.
func emptyEnvironment(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"TOMLEDGER_DIR", "TOMLEDGER_SOCKET", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, "")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLedgerDirInWorkspace(t *testing.T) {
	const ledger = "_ai/operation_ledger"
	for _, tt := range []struct{ name, mark, wd, want string }{
		{"git", "w/.git", "w/a/b", "w/" + ledger},
		{"dart", "w/pubspec.yaml", "w/a", "w/" + ledger},
		{"node", "w/package.json", "w", "w/" + ledger},
		{"ai", "w/_ai", "w/a", "w/" + ledger},
		{"nearest", "w/a/.git", "w/a/b", "w/a/" + ledger},
		{"none", "elsewhere/.git", "w/a", "w/a/" + ledger},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := emptyEnvironment(t)
			for _, d := range []string{tt.mark, tt.wd, "w/.hidden"} {
				if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			if tt.name == "nearest" {
				if err := os.Mkdir(filepath.Join(dir, "w/.git"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			t.Chdir(filepath.Join(dir, tt.wd))
			if got, err := LedgerDir(""); err != nil || got != filepath.Join(dir, tt.want) {
				t.Errorf("got %s %v, want %s", got, err, filepath.Join(dir, tt.want))
			}
		})
	}
}

func TestLedgerDirAsked(t *testing.T) {
	dir := emptyEnvironment(t)
	t.Chdir(dir)
	t.Setenv("HOME", filepath.Join(dir, "home"))
	t.Setenv("USERPROFILE", filepath.Join(dir, "home"))
	for flag, want := range map[string]string{
		"led":          "led",
		"./a/../led":   "led",
		"~":            "home",
		"~/led":        "home/led",
		"~tom/led":     "~tom/led",
		dir + "/x/led": "x/led",
	} {
		if got, err := LedgerDir(flag); err != nil || got != filepath.Join(dir, want) {
			t.Errorf("%s: got %s %v, want %s", flag, got, err, filepath.Join(dir, want))
		}
	}
	t.Setenv("TOMLEDGER_DIR", "~/env")
	if got, err := LedgerDir(""); err != nil || got != filepath.Join(dir, "home/env") {
		t.Errorf("$TOMLEDGER_DIR: %s %v", got, err)
	}
	if got, err := LedgerDir("led"); err != nil || got != filepath.Join(dir, "led") {
		t.Errorf("the flag over $TOMLEDGER_DIR: %s %v", got, err)
	}
}

func TestSocketPathPrecedence(t *testing.T) {
	dir := emptyEnvironment(t)
	path := func(flag string) string {
		t.Helper()
		got, err := SocketPath(flag, "/ledgers/one")
		if err != nil {
			t.Error(err)
		}
		return got
	}
	const name = "0962573d9a51ece3.sock" // other languages compute it too: it must not change
	if got := path(""); filepath.Base(got) != name || !strings.Contains(got, "tomledger") {
		t.Errorf("by default: %s", got)
	}
	t.Setenv("XDG_RUNTIME_DIR", "relative")
	if got := path(""); !filepath.IsAbs(got) || strings.Contains(got, "relative") {
		t.Errorf("a relative runtime directory: %s", got)
	}
	t.Setenv("XDG_RUNTIME_DIR", "/"+strings.Repeat("long", 20))
	if got := path(""); strings.Contains(got, "long") || len(got) > maxSocketPath {
		t.Errorf("a long runtime directory: %s", got)
	}
	t.Setenv("XDG_RUNTIME_DIR", dir)
	if got := path(""); got != filepath.Join(dir, "tomledger", name) {
		t.Errorf("$XDG_RUNTIME_DIR: %s", got)
	}
	t.Setenv("TOMLEDGER_SOCKET", "/run/env.sock")
	if got := path(""); got != "/run/env.sock" {
		t.Errorf("$TOMLEDGER_SOCKET: %s", got)
	}
	if got := path("/run/flag.sock"); got != "/run/flag.sock" {
		t.Errorf("the flag: %s", got)
	}
	if _, err := SocketPath("/"+strings.Repeat("x", maxSocketPath), "/l"); err == nil || !strings.Contains(err.Error(), "shorter") {
		t.Errorf("a long path: %v", err)
	}
}

// A ledger has one socket, however it is reached and whether or not it exists.
func TestSocketPathOfLinkedLedger(t *testing.T) {
	dir := emptyEnvironment(t)
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", filepath.Join(dir, "link")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	direct, err := SocketPath("", filepath.Join(dir, "real", "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	linked, err := SocketPath("", filepath.Join(dir, "link", "a", ".", "b"))
	if err != nil || linked != direct {
		t.Errorf("%s and %s, %v", direct, linked, err)
	}
	if other, err := SocketPath("", filepath.Join(dir, "real", "a", "c")); err != nil || other == direct {
		t.Errorf("two ledgers share %s, %v", other, err)
	}
}
