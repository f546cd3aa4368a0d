package ledger

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// FuzzLogLine: whatever clients say, an event has one line, which ends in its
// number and holds nothing that a terminal would take for a command.
func FuzzLogLine(f *testing.F) {
	for _, text := range []string{"", "plain", "two words", "a=b", "line\nbreak", "\x1b[2J", "\u009b2J", "\u0085", "\u2028",
		"\u202etxt.exe", "\xff", "x seq=7", `back\slash "quoted"`, strings.Repeat("long ", 10_000)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, data := range []EventData{
			&LoggedData{Message: text, Level: LevelInfo},
			&CallStartedData{CallID: "call_1", Description: text},
			&CleanedData{ResourceID: "res_1", Problem: text},
		} {
			line, _ := LogLine(&Event{Seq: 42, At: time.UnixMilli(0).UTC(), ParticipantID: "cli", Data: data})
			if line == "" {
				continue
			}
			if !strings.HasSuffix(line, " participant=cli seq=42") {
				t.Errorf("%T: the line does not end in its number: %q", data, line)
			}
			if !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%T: the line holds what is no character: %q", data, line)
			}
		}
	})
}
