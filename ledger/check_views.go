package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
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
	want := &rebuiltViews{document: c.state.Document(nil).indented(),
		info: c.lines(found.Log, false), debug: c.lines(found.DebugLog, true)}
	for _, log := range []struct {
		name       string
		data, want []byte
	}{{"operation.log", found.Log, want.info}, {"operation.debug.log", found.DebugLog, want.debug}} {
		if !bytes.Equal(log.data, log.want) {
			c.add(SeverityWarning, KindView, log.name, "the log of %d bytes differs from what the events say, from line %d",
				len(log.data), differs(log.data, log.want))
		}
	}
	bad := len(c.report.Findings) - before
	if bad == 0 || !c.opts.Repair {
		return
	}
	err = c.log.UpdateViews(ctx, c.state.Seq, want)
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

// lines is what a log that was found should say. What it says of events that the
// retention has deleted from the trail stays: nobody knows better.
func (c *checker) lines(found []byte, debug bool) []byte {
	var b bytes.Buffer
	if len(c.events) > 0 {
		b.Write(linesBefore(found, c.events[0].Seq))
	}
	for _, e := range c.events {
		render(e).write(&b, debug)
	}
	return b.Bytes()
}

// linesBefore returns the lines at the beginning of a log that are about events
// before one.
func linesBefore(log []byte, seq int64) []byte {
	rest := log
	for {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		i := bytes.LastIndex(line, []byte(" seq="))
		if !whole || i < 0 {
			break
		}
		n, err := strconv.ParseInt(string(line[i+len(" seq="):]), 10, 64)
		if err != nil || n >= seq {
			break
		}
		rest = after
	}
	return log[:len(log)-len(rest)]
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

// rebuiltViews writes the views anew.
type rebuiltViews struct{ document, info, debug []byte }

func (v *rebuiltViews) Rebuild() bool    { return true }
func (v *rebuiltViews) Document() []byte { return v.document }
func (v *rebuiltViews) Lines(_ int64, debug bool) ([]byte, error) {
	if debug {
		return v.debug, nil
	}
	return v.info, nil
}
