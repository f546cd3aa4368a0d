package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Modes are set explicitly: what the umask leaves over is not ours to choose.
const (
	dirMode  fs.FileMode = 0o700
	fileMode fs.FileMode = 0o600
)

// disk is every step that changes the directory tree. There is one
// implementation; tests wrap it to stop between any two steps.
type disk interface {
	// Mkdir makes a directory of mode 0700; its parent exists.
	Mkdir(path string) error
	// WriteFile makes or replaces a file of mode 0600, on disk if sync is set.
	WriteFile(path string, data []byte, sync bool) error
	// Rename replaces to, if it is there; a directory only if it is empty.
	Rename(from, to string) error
	// Remove removes a file or an empty directory.
	Remove(path string) error
	// RemoveAll removes dir/name and everything in it, without following a
	// symbolic link.
	RemoveAll(dir, name string) error
	// SyncDir makes what happened in a directory durable.
	SyncDir(path string) error
}

// osDisk is the disk of the operating system.
type osDisk struct{}

func (osDisk) Mkdir(path string) error {
	if err := os.Mkdir(path, dirMode); err != nil {
		return err
	}
	return os.Chmod(path, dirMode)
}

func (osDisk) WriteFile(path string, data []byte, sync bool) (err error) {
	f, err := createFile(path, os.O_TRUNC|os.O_WRONLY)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if sync {
		return f.Sync()
	}
	return nil
}

func (osDisk) Rename(from, to string) error { return os.Rename(from, to) }

func (osDisk) Remove(path string) error { return os.Remove(path) }

func (osDisk) RemoveAll(dir, name string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	return errors.Join(root.RemoveAll(name), root.Close())
}

// createFile opens a file that it makes, if need be, with mode 0600.
func createFile(path string, flag int) (*os.File, error) {
	f, err := os.OpenFile(path, flag|os.O_CREATE, fileMode)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(fileMode); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// replaceFile makes path hold data, or leaves it as it was.
func replaceFile(d disk, path string, data []byte) error {
	temp := tempName(path)
	if err := d.WriteFile(temp, data, false); err != nil {
		_ = d.Remove(temp) // the first error counts
		return err
	}
	return d.Rename(temp, path)
}

// tempName is the name under which a file is made before it is renamed. It is
// the same every time, under the lock, so that what a crash left is reused. It
// begins with a dot, as no id does.
func tempName(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".tmp")
}

// exists tells whether there is something at path.
func exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// ignoreMissing returns err, unless it is that there is no such file.
func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
