// Package file keeps logs in a directory that any number of processes share.
//
// # Layout
//
// Directories have mode 0700 and files 0600, whatever the umask.
//
//	{ledger}/
//	  {op}_trail/000001.jsonl    the log, in segments: the authority
//	  {op}.operation.lock        flock: held to change anything of the operation
//	  {op}.operation.json        the state, for people: a view, replaced as a whole
//	  {op}.operation.log         log lines, for people: a view, appended to
//	  {op}.operation.debug.log   the same with debug lines
//	  engines/{engine}.lock      flock held for the engine's life
//	  backup/{op}/               operation.json, operation.log, operation.debug.log, trail/
//
// A log is live if {op}_trail is there, and archived if backup/{op}/trail is.
// Both come into being by a rename, so that a log is there as a whole or not
// at all. Names that begin with a dot are work in progress, and mean nothing
// when whoever made them has died.
//
// # Lines
//
// A line is the event with keys around it: `"seq"` and, where they apply,
// `"format"`, `"snapshot"`, `"more"`, `"batch"`, in this order, in front, and
// `"crc"` behind, the CRC-32C of the line up to the comma before it:
//
//	{"seq":1,"format":1,"type":"operation_created","crc":"5d1e8a90"}
//
// It is JSON to everyone else, but written and parsed by position here, so that
// an event comes back byte for byte and an append costs no reflection. `"more"`
// is the caller's [journal.Record.More]; `"batch"` says that more was appended
// with the record. Either way the record counts only together with the next:
// readers take no lock, and this way they never see a batch that is not there
// as a whole, or one that failed on a full disk and was taken back.
//
// `"format"` is on the first line of every segment. A log of a newer format is
// read as far as its lines can be understood, and not appended to. A newer
// format may change anything but the checksum of that first line.
//
// # Segments
//
// A snapshot begins a segment, and nothing else does. The one before is ended
// by an empty line, its seal. The seal is written before the next segment gets
// its name and before the trail is moved to the backups. So whatever happens to
// a log, the segment that was its last one gets longer, and an appender that
// finds it as long as it knows it has nothing else to check: an append is
// flock, lseek, pwrite, flock. A look for the next segment and for the trail
// would be two more calls every time.
//
// # The end of a log
//
// What follows the last complete batch was never acknowledged and is a torn
// tail: bytes without a newline, NUL bytes up to the end of the file (they have
// been seen after power cuts), lines that announce more, a seal after which
// nothing happened. Readers end there, and the next appender cuts it off.
// Anything else is damage, a [journal.CorruptError]: a checksum that does not
// match, a gap in the numbers, NUL bytes with something behind them, a segment
// that is empty or ends in the middle while there is a later one, and a whole
// record whose newline has become something else. Since readers may come in the
// middle of a write, damage is only reported after a second look with the lock
// held.
//
// # Locks
//
// flock excludes two handles of one process as it does two processes, and the
// kernel releases it with the process. The lock of an operation is a file that
// stays open; [github.com/gofrs/flock] opens and closes its file each time,
// which more than doubles the cost of an append (see BenchmarkLock), and would
// make the lock of an archived operation anew. It serves the locks of engines,
// which are taken once. On file systems without flock, nothing can be appended.
//
// # Limits
//
// Windows does not move a directory in which another process has a file open:
// Archive fails there until the other has closed its handle.
package file
