package main

import (
	"strings"
	"testing"
	"time"

	"github.com/tomledger/tomledger/ledger"
)

// play makes events of what somebody did at a time, in milliseconds.
type script struct{ events []*ledger.Event }

func (s *script) at(ms int, participant string, data ledger.EventData) {
	s.events = append(s.events, &ledger.Event{Seq: int64(len(s.events) + 1), Elapsed: time.Duration(ms) * time.Millisecond,
		ParticipantID: participant, Data: data})
}

func (s *script) call(from, to int, participant, id, description string) {
	s.at(from, participant, &ledger.CallStartedData{CallID: id, Description: description})
	s.at(to, participant, &ledger.CallEndedData{CallID: id})
}

func unpainted(_, text string) string { return text }

func TestTimeline(t *testing.T) {
	tests := []struct {
		name  string
		width int
		play  func(*script)
		want  string
	}{
		{"nested and one after the other", 60, func(s *script) {
			s.at(0, "cli", &ledger.JoinedData{})
			s.at(0, "cli", &ledger.CallStartedData{CallID: "a", Description: "build"})
			s.at(300, "vscode", &ledger.JoinedData{})
			s.at(300, "vscode", &ledger.CallStartedData{CallID: "b", Description: "analyse", ParentCallID: "a"})
			s.call(400, 900, "vscode", "c", "search for all that is there")
			s.call(1000, 1900, "vscode", "d", "ask")
			s.call(1950, 1951, "vscode", "e", "short")
			s.at(2000, "vscode", &ledger.CallEndedData{CallID: "b"})
			s.at(2500, "cli", &ledger.CallEndedData{CallID: "a"})
			s.at(2500, "cli", &ledger.CompletedData{})
		}, `
        0         0.5 s     1.0 s      1.5 s     2.0 s
        ┌─────────┬─────────┬──────────┬─────────┬─────────┬
cli     ┣━ build ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 2.50 s ━┫
vscode        ┣━ analyse ━━━━━━━━━━━━━━━ 1.70 s ━┫
                ┣ search… ┫ ┣━ ask ━━━ 900 ms ━┫▪
`},
		{"aborted", 60, func(s *script) {
			s.at(0, "cli", &ledger.CallStartedData{CallID: "a", Description: "build"})
			s.at(100, "bridge", &ledger.CallStartedData{CallID: "b", Description: "compile"})
			s.at(200, "cli", &ledger.AbortData{Value: true, Reason: "Ctrl-C"})
			s.at(204, "bridge", &ledger.AcknowledgedData{})
			s.at(300, "bridge", &ledger.LeftData{CancelledCallIDs: []string{"b"}})
			s.at(399, "cli", &ledger.AcknowledgedData{})
			s.at(400, "cli", &ledger.CompletedData{CancelledCallIDs: []string{"a"}})
			s.at(400, "late", &ledger.JoinedData{})
		}, `
        0            100 ms       200 ms      300 ms
        ┌────────────┬────────────┬───────────┬────────────┬
cli     ┣━ build ━━━━━━━━━━━━━━━━━┿━━━━━━━━━━━━━━━ 400 ms ━╳
bridge               ┣━ compile ━━┿━━ 200 ms ━╳
late                              ┊
                                  ┊ aborted by cli: Ctrl-C
        acknowledged by bridge after 4 ms, cli after 199 ms
`},
		{"failed, with a reason longer than the line", 50, func(s *script) {
			s.at(0, "cli", &ledger.CallStartedData{CallID: "a", Description: "build"})
			s.at(0, "cli", &ledger.FrameCreatedData{CallID: "frame-1"})
			s.at(30, "cli", &ledger.CallFailedData{CallID: "a", Error: "no"})
			s.at(30, "", &ledger.CleanupStartedData{Reason: strings.Repeat("it went wrong ", 9)})
			s.at(60, "", &ledger.FailedData{})
		}, `
     0              20 ms         40 ms
     ┌──────────────┬─────────────┬──────────────┬
cli  ┣━ build ━━━━━ 30 ms ━✗
     ┣━ frame-1 ━━━━━━━━━━━┿━━━━━━━━━━━━━ 60 ms ━✗
                           ┊ failed: it went wron…
`},
		{"still running", 50, func(s *script) {
			s.at(0, "cli", &ledger.CallStartedData{CallID: "call_cli_1_a1b2"})
			s.at(12000, "cli", &ledger.LoggedData{})
		}, `
     0                 5 s                10 s
     ┌─────────────────┬──────────────────┬───────
cli  ┣━ call_cli_1_a1b2 ━━━━━━━━━━━━━━━━━━ 12 s ━╌
`},
		{"nothing at all", 50, func(s *script) {}, `
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var s script
			test.play(&s)
			got := "\n" + newTimeline(s.events).draw(test.width, unpainted)
			if got != test.want {
				t.Errorf("got:%s\nwant:%s", got, test.want)
			}
		})
	}
}

// A bar has the width of its time, whatever it is called.
func TestTimelineBarWidth(t *testing.T) {
	for _, label := range []string{"", "x", "ask copilot", strings.Repeat("long ", 20)} {
		for cells := 1; cells <= 80; cells++ {
			bar := &timelineBar{label: label, end: 1234 * time.Millisecond, fate: barEnded}
			if got := bar.draw(cells); len(got) != cells {
				t.Errorf("%q in %d cells is %q", label, cells, string(got))
			}
		}
	}
}
