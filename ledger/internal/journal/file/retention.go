package file

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// backupInfo is a backup as the retention sees it.
type backupInfo struct {
	id       string
	archived time.Time // when it was moved, by the directory's time
	bytes    int64
}

// pruneBackups applies the retention to all backups but that of just, which has
// been archived in this very call. What can't be deleted is left for the next
// time: the operation has been archived, and its caller is not to be told
// about others.
func (j *Journal) pruneBackups(just string) {
	j.emptyTrash()
	backups := j.backupInfos()
	var bytes int64
	for _, b := range backups {
		bytes += b.bytes
	}
	limits := j.options.Backups
	count := len(backups)
	for _, b := range backups {
		tooMany := limits.Count > 0 && count > limits.Count
		tooLarge := limits.Bytes > 0 && bytes > limits.Bytes
		tooOld := limits.Age > 0 && time.Since(b.archived) > limits.Age
		if b.id == just || !tooMany && !tooLarge && !tooOld {
			continue
		}
		if j.discardBackup(b.id) == nil {
			count--
			bytes -= b.bytes
		}
	}
}

// backupInfos lists the backups, the oldest first.
func (j *Journal) backupInfos() []backupInfo {
	ids, err := j.backups()
	if err != nil {
		return nil
	}
	var infos []backupInfo
	for _, id := range ids {
		info, err := os.Lstat(j.backup(id))
		if err != nil {
			continue // someone else has deleted it
		}
		b := backupInfo{id: id, archived: info.ModTime()}
		if j.options.Backups.Bytes > 0 {
			b.bytes = treeSize(j.backup(id))
		}
		infos = append(infos, b)
	}
	slices.SortStableFunc(infos, func(a, b backupInfo) int { return a.archived.Compare(b.archived) })
	return infos
}

// discardBackup deletes a backup. It is renamed first, so that it is never
// taken for one while it is deleted.
func (j *Journal) discardBackup(id string) error {
	dir := filepath.Join(j.dir, backupDir)
	trash := trashPrefix + id
	if err := j.disk.Rename(filepath.Join(dir, id), filepath.Join(dir, trash)); err != nil {
		return err
	}
	if err := j.dropLock(id); err != nil {
		return err
	}
	return j.disk.RemoveAll(dir, trash)
}

// emptyTrash deletes what others were deleting when they died. Those that are
// still at it don't mind.
func (j *Journal) emptyTrash() {
	dir := filepath.Join(j.dir, backupDir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), trashPrefix) && e.IsDir() {
			_ = j.disk.RemoveAll(dir, e.Name()) // the next one tries again
		}
	}
}

// treeSize returns the size of the files in a tree, as far as they can be seen.
func treeSize(dir string) int64 {
	var bytes int64
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // deleted meanwhile
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			bytes += info.Size()
		}
		return nil
	})
	return bytes
}
