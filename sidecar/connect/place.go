package connect

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
)

// maxSocketPath is what the shortest sun_path of all systems holds, less its NUL.
const maxSocketPath = 103

// LedgerDir returns the absolute path of the ledger directory, which need not
// exist. flag is what the user said, or empty.
func LedgerDir(flag string) (string, error) {
	if flag == "" {
		flag = os.Getenv("TOMLEDGER_DIR")
	}
	if flag != "" {
		dir, err := expandHome(flag)
		if err != nil {
			return "", err
		}
		return filepath.Abs(dir)
	}
	wd, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return filepath.Join(workspaceRoot(wd), "_ai", "operation_ledger"), nil
}

// workspaceRoot is the nearest directory from dir upwards that looks like one,
// else dir.
func workspaceRoot(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		for _, mark := range []string{".git", "_ai", "pubspec.yaml", "package.json"} {
			if _, err := os.Lstat(filepath.Join(d, mark)); err == nil {
				return d
			}
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// expandHome replaces a leading ~, which a shell leaves alone after an = sign.
func expandHome(path string) (string, error) {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path, nil // also ~user: that is a file name to us
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("expand ~ in %s: %w", path, err)
	}
	return home + rest, nil
}

// SocketPath returns the absolute path of the socket that the ledger in
// ledgerDir, an absolute path, is served on. flag is what the user said, or
// empty. A path that is too long for a socket is an error only if it was asked
// for.
func SocketPath(flag, ledgerDir string) (string, error) {
	asked := flag
	if asked == "" {
		asked = os.Getenv("TOMLEDGER_SOCKET")
	}
	if asked != "" {
		return askedSocket(asked)
	}
	name := hash(realPath(ledgerDir)) + ".sock"
	if runtime := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(runtime) {
		if path := filepath.Join(runtime, "tomledger", name); len(path) <= maxSocketPath {
			return path, nil
		}
	}
	dir, err := userDir()
	if err != nil {
		return "", err
	}
	return checkLength(filepath.Join(dir, name))
}

func askedSocket(path string) (string, error) {
	path, err := expandHome(path)
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	return checkLength(path)
}

func checkLength(path string) (string, error) {
	if len(path) > maxSocketPath {
		return "", fmt.Errorf("the socket path %s has %d bytes and may have %d; choose a shorter one with --socket or $TOMLEDGER_SOCKET",
			path, len(path), maxSocketPath)
	}
	return path, nil
}

// realPath resolves symbolic links as far as path exists, so that a ledger has
// one socket however it is reached.
func realPath(path string) string {
	path = filepath.Clean(path)
	for existing, rest := path, ""; ; {
		if resolved, err := filepath.EvalSymlinks(existing); err == nil {
			return filepath.Join(resolved, rest)
		}
		parent := filepath.Dir(existing)
		if parent == existing {
			return path
		}
		existing, rest = parent, filepath.Join(filepath.Base(existing), rest)
	}
}

func hash(path string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(path)) // a hash takes everything
	return fmt.Sprintf("%016x", h.Sum64())
}
