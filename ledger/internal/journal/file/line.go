package file

import (
	"bytes"
	"hash/crc32"
	"strconv"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// formatVersion is the format this package writes, and the newest it appends to.
const formatVersion = 1

// maxLine bounds a line, so that a damaged file can't claim all memory.
const maxLine = 64 << 20

// crcLength is the length of `,"crc":"xxxxxxxx"}`.
const crcLength = len(crcKey) + 8 + len(crcEnd)

// The parts of a line around the event's own keys. Their order is fixed: a
// line is parsed by position, not as JSON.
const (
	seqKey      = `{"seq":`
	formatKey   = `,"format":`
	snapshotKey = `,"snapshot":true`
	moreKey     = `,"more":true`
	batchKey    = `,"batch":true`
	crcKey      = `,"crc":"`
	crcEnd      = `"}`
)

// entry is a record with what its line says beyond it.
type entry struct {
	journal.Record
	// format is the format version, or 0 where the line has none: only the
	// first line of a segment has one.
	format int
	// batch marks a record that ends a command but not what was appended with
	// it. Like More it makes the record count only together with the next.
	batch bool
}

// checksum is CRC-32C, which processors compute. Its table is made only once,
// by crc32.
func checksum(data []byte) uint32 {
	return crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))
}

// appendLine appends the line of e to dst, newline included.
func appendLine(dst []byte, e *entry) []byte {
	start := len(dst)
	dst = append(dst, seqKey...)
	dst = strconv.AppendInt(dst, e.Seq, 10)
	if e.format != 0 {
		dst = append(dst, formatKey...)
		dst = strconv.AppendInt(dst, int64(e.format), 10)
	}
	if e.Snapshot {
		dst = append(dst, snapshotKey...)
	}
	if e.More {
		dst = append(dst, moreKey...)
	} else if e.batch {
		dst = append(dst, batchKey...)
	}
	dst = append(dst, ',')
	dst = append(dst, e.Data[1:len(e.Data)-1]...)
	sum := checksum(dst[start:])
	dst = append(dst, crcKey...)
	dst = appendHex(dst, sum)
	return append(dst, crcEnd+"\n"...)
}

// appendHex appends n as eight lower-case hexadecimal digits.
func appendHex(dst []byte, n uint32) []byte {
	const digits = "0123456789abcdef"
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, digits[n>>shift&0xf])
	}
	return dst
}

// parseLine takes a line, without its newline, apart. It takes the line over:
// the record's Data is a part of it, with two commas turned into braces. If
// reason is not empty it says what is wrong, and the line is as it was.
func parseLine(line []byte) (e entry, reason string) {
	if len(line) < len(seqKey)+crcLength {
		return e, "the line is no record: it is too short"
	}
	end := len(line) - crcLength
	if !bytes.HasPrefix(line[end:], []byte(crcKey)) || !bytes.HasSuffix(line, []byte(crcEnd)) {
		return e, "the line is no record: it does not end in a checksum"
	}
	var want [8]byte
	appendHex(want[:0], checksum(line[:end]))
	if !bytes.Equal(line[end+len(crcKey):len(line)-len(crcEnd)], want[:]) {
		return e, "the checksum does not match"
	}
	p := envelope{rest: line[:end]}
	e.Seq = p.integer(seqKey)
	e.format = int(p.integer(formatKey))
	e.Snapshot = p.flag(snapshotKey)
	e.More = p.flag(moreKey)
	e.batch = p.flag(batchKey)
	if e.Seq == 0 || len(p.rest) < len(`,"":0`) || p.rest[0] != ',' || p.rest[1] != '"' {
		return entry{}, "the checksum matches, but the line is no record"
	}
	start := end - len(p.rest)
	line[start], line[end] = '{', '}'
	e.Data = line[start : end+1 : end+1]
	return e, ""
}

// declaredFormat returns the format that a segment's first line claims, valid
// or not, or 0: where it stands is the same in all formats.
func declaredFormat(line []byte) int {
	p := envelope{rest: line}
	p.integer(seqKey)
	return int(p.integer(formatKey))
}

// envelope takes leading keys off a line.
type envelope struct{ rest []byte }

// integer takes key with a positive number off, or takes nothing and returns 0.
func (p *envelope) integer(key string) int64 {
	after, ok := bytes.CutPrefix(p.rest, []byte(key))
	if !ok {
		return 0
	}
	var n int64
	i := 0
	for ; i < len(after) && i < 18 && after[i] >= '0' && after[i] <= '9'; i++ {
		n = n*10 + int64(after[i]-'0')
	}
	if n == 0 || after[0] == '0' {
		return 0
	}
	p.rest = after[i:]
	return n
}

// flag takes key off, if it is there.
func (p *envelope) flag(key string) bool {
	after, ok := bytes.CutPrefix(p.rest, []byte(key))
	p.rest = after
	return ok
}
