package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// views compares what people read with the log. While an engine works on the
// operation its views may lag by as much as it coalesces, which is a warning.
func (c *checker) views(ctx context.Context) {
	found, err := c.log.ReadViews()
	if err != nil {
		c.add(SeverityError, KindView, "", "the views can't be read: %v", err)
		return
	}
	before := len(c.report.Findings)
	if problem := c.documentProblem(found.Document); problem != "" {
		c.add(SeverityWarning, KindView, "operation.json", "%s", problem)
	}
	for _, log := range []struct {
		name  string
		data  []byte
		debug bool
	}{{"operation.log", found.Log, false}, {"operation.debug.log", found.DebugLog, true}} {
		if want := c.lines(log.data, log.debug); !bytes.Equal(log.data, want) {
			c.add(SeverityWarning, KindView, log.name, "the log of %d bytes differs from what the events say, from line %d",
				len(log.data), differs(log.data, want))
		}
	}
	bad := len(c.report.Findings) - before
	if bad == 0 || !c.opts.Repair {
		return
	}
	err = c.log.UpdateViews(ctx, c.state.Seq, &checkedViews{c, found})
	for i := before; i < before+bad; i++ {
		f := &c.report.Findings[i]
		if f.Repaired = err == nil; err != nil {
			f.Message += " (repair failed: " + err.Error() + ")"
		}
	}
}

// documentProblem compares operation.json with the state, but for the signs of
// life, which are not in the log.
func (c *checker) documentProblem(data []byte) string {
	if data == nil {
		return "the document is missing"
	}
	var found Document
	if err := json.Unmarshal(data, &found); err != nil {
		return "the document can't be read: " + err.Error()
	}
	want := c.state.Document(nil)
	for _, d := range []*Document{&found, want} {
		d.LastHeartbeat = Stamp(time.Time{})
		for i := range d.CallFrames {
			d.CallFrames[i].LastHeartbeat = Stamp(time.Time{})
		}
		for i := range d.Participants {
			d.Participants[i].LastHeartbeat = Stamp(time.Time{})
		}
	}
	if !bytes.Equal(found.indented(), want.indented()) {
		return fmt.Sprintf("the document of event %d differs from the state at event %d", found.Seq, want.Seq)
	}
	return ""
}

// lines returns what a log should hold that holds found.
func (c *checker) lines(found []byte, debug bool) []byte {
	var b bytes.Buffer
	if len(c.events) > 0 {
		b.Write(linesBefore(found, c.events[0].Seq))
	}
	for _, e := range c.events {
		if line, level := LogLine(e); line != "" && (debug || level != LevelDebug) {
			b.WriteString(line + "\n")
		}
	}
	return b.Bytes()
}

// linesBefore returns the beginning of a log that tells of events before seq.
// Those that the trail's retention has deleted are nowhere else.
func linesBefore(log []byte, seq int64) []byte {
	end := 0
	for line := range bytes.Lines(log) {
		_, number, _ := bytes.Cut(line[max(0, bytes.LastIndexByte(line, ' ')):], []byte(" seq="))
		n, err := strconv.ParseInt(strings.TrimSuffix(string(number), "\n"), 10, 64)
		if err != nil || n >= seq || !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		end += len(line)
	}
	return log[:end]
}

// differs tells the first line, from 1, in which two texts are not the same.
func differs(a, b []byte) int {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return i + 1
		}
	}
	return len(x)
}

// checkedViews writes the views anew from what was just read.
type checkedViews struct {
	c     *checker
	found journal.ViewData
}

func (v *checkedViews) Rebuild() bool    { return true }
func (v *checkedViews) Document() []byte { return v.c.state.Document(nil).indented() }
func (v *checkedViews) Lines(after int64, debug bool) ([]byte, error) {
	if debug {
		return v.c.lines(v.found.DebugLog, true), nil
	}
	return v.c.lines(v.found.Log, false), nil
}
