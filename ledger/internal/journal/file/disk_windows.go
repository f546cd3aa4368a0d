package file

// SyncDir does nothing: Windows can't sync a directory, and NTFS keeps a
// journal of its own for them.
func (osDisk) SyncDir(string) error { return nil }
