package main

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tomledger/tomledger/ledger"
)

// sheet is an operation on one page, for people.
type sheet struct {
	document *ledger.Document
	log      []*ledger.Event // the last ones
	now      time.Time       // ages are counted up to here
	screen   terminal
	out      io.Writer
}

// The newest of what there may be much of.
const (
	recentCalls    = 10
	recentLogLines = 10
)

func (s *sheet) write() error {
	out := bufio.NewWriter(s.out)
	s.out = out
	for _, section := range []struct {
		title string
		table *table
	}{
		{"", s.head()},
		{"Participants", s.participants()},
		{"Open calls", s.openCalls()},
		{"Temporary resources", s.resources()},
		{"Recent calls", s.recent()},
	} {
		if len(section.table.rows) == 0 {
			continue
		}
		s.title(section.title)
		if err := section.table.write(out, s.screen); err != nil {
			return err
		}
	}
	s.logLines()
	return out.Flush()
}

func (s *sheet) title(name string) {
	if name != "" {
		fmt.Fprintf(s.out, "\n%s\n", s.screen.paint(bold, name))
	}
}

// head is what concerns the operation as a whole.
func (s *sheet) head() *table {
	d, t := s.document, &table{}
	add := func(name, text string) {
		if text != "" {
			t.add(cell{name, dim}, cell{text, plain})
		}
	}
	t.add(cell{"operation", dim}, cell{d.OperationID, bold})
	add("description", d.Description)
	state := stateCell(d.OperationState, d.Aborted)
	t.add(cell{"state", dim}, state)
	add("started", s.moment(d.StartTime)+" by "+d.InitiatorID)
	if d.EndTime != nil {
		took := time.Time(*d.EndTime).Sub(time.Time(d.StartTime))
		add("ended", s.moment(*d.EndTime)+", after "+age(took))
	}
	if d.Deadline != nil {
		add("deadline", s.moment(*d.Deadline))
	}
	for _, name := range slices.Sorted(maps.Keys(d.Labels)) {
		add("label", name+"="+d.Labels[name])
	}
	if a := d.Abort; a != nil {
		add("aborted", s.moment(a.At)+" by "+a.By+reason(a.Reason))
		add("acknowledged", strings.Join(a.AcknowledgedBy, ", "))
		add("waiting for", strings.Join(a.Pending, ", "))
	}
	if f := d.Failure; f != nil {
		t.add(cell{"failed", dim}, cell{f.Reason, red})
		add("failed calls", strings.Join(f.CrashedCallIDs, ", "))
	}
	add("events", strconv.FormatInt(d.Seq, 10))
	return t
}

// moment is a time with its distance from now.
func (s *sheet) moment(t ledger.Stamp) string {
	at := time.Time(t)
	text := at.UTC().Format("2006-01-02 15:04:05 UTC")
	if ago := s.now.Sub(at); ago >= 0 {
		return text + " (" + age(ago) + " ago)"
	}
	return text + " (in " + age(at.Sub(s.now)) + ")"
}

func reason(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

func (s *sheet) participants() *table {
	t := &table{indent: 2}
	for _, p := range s.document.Participants {
		progress := ""
		if p.Progress != nil {
			progress = p.Progress.Message
			if p.Progress.Percent != nil {
				progress = strings.TrimSpace(fmt.Sprintf("%.0f %% %s", *p.Progress.Percent, progress))
			}
		}
		t.add(cell{p.ParticipantID, plain}, participantCell(p.State), cell{fmt.Sprintf("pid %d on %s", p.PID, p.Host), plain},
			cell{sessions(p.SessionIDs), plain}, cell{progress, plain})
	}
	return t
}

func participantCell(state ledger.ParticipantState) cell {
	switch state {
	case ledger.Alive:
		return cell{string(state), green}
	case ledger.Suspect, ledger.Paused:
		return cell{string(state), yellow}
	case ledger.Lost:
		return cell{string(state), red}
	default:
		return cell{string(state), dim}
	}
}

func sessions(ids []int64) string {
	switch len(ids) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("session %d", ids[0])
	}
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return "sessions " + strings.Join(texts, ", ")
}

// openCalls shows who called whom: each call below the one it was made from.
func (s *sheet) openCalls() *table {
	t := &table{indent: 2}
	children := map[string][]ledger.DocumentFrame{}
	open := map[string]bool{}
	for _, f := range s.document.CallFrames {
		open[f.CallID] = true
	}
	for _, f := range s.document.CallFrames {
		parent := f.ParentCallID
		if !open[parent] {
			parent = "" // it has ended
		}
		children[parent] = append(children[parent], f)
	}
	var add func(parent string, depth int)
	add = func(parent string, depth int) {
		below := children[parent]
		delete(children, parent) // a call shows once, whatever the record says
		for _, f := range below {
			t.add(cell{strings.Repeat("  ", depth) + f.CallID, plain}, cell{f.ParticipantID, plain}, frameCell(f),
				cell{age(s.now.Sub(time.Time(f.StartTime))), plain}, cell{f.Description, plain})
			add(f.CallID, depth+1)
		}
	}
	add("", 0)
	return t
}

func frameCell(f ledger.DocumentFrame) cell {
	text := string(f.State)
	if f.Spawned {
		text += ", spawned"
	}
	if f.State == ledger.FrameActive {
		return cell{text, green}
	}
	return cell{text, red}
}

func (s *sheet) resources() *table {
	t := &table{indent: 2}
	for _, r := range s.document.TempResources {
		what := r.Path
		if r.Process != nil {
			what = fmt.Sprintf("process %d", r.Process.PID)
		}
		t.add(cell{r.ResourceID, plain}, cell{r.ParticipantID, plain}, cell{r.CallID, plain}, cell{what, plain})
	}
	return t
}

func (s *sheet) recent() *table {
	t := &table{indent: 2}
	calls := s.document.Calls
	for _, call := range calls[max(0, len(calls)-recentCalls):] {
		t.add(cell{call.CallID, plain}, cell{string(call.Status), statusStyle(call.Status)},
			cell{age(time.Duration(call.DurationMs) * time.Millisecond), plain})
	}
	return t
}

func statusStyle(status ledger.CallStatus) style {
	switch status {
	case ledger.Succeeded:
		return green
	case ledger.CallCancelled, ledger.CallUnknown:
		return yellow
	default:
		return red
	}
}

func (s *sheet) logLines() {
	var lines []string
	for _, e := range s.log {
		if line, level := ledger.LogLine(e); line != "" && level != ledger.LevelDebug {
			lines = append(lines, s.screen.paint(levelStyle(level), printable(line)))
		}
	}
	if len(lines) == 0 {
		return
	}
	s.title("Log")
	for _, line := range lines[max(0, len(lines)-recentLogLines):] {
		fmt.Fprintln(s.out, "  "+line)
	}
}
