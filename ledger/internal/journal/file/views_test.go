package file

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/ledger/internal/journal"
	"github.com/tomledger/tomledger/ledger/internal/journal/journaltest"
)

// TestViewsAreRepaired: whatever happened to a view, the next update leaves it
// as it should be, whether the handle has written it before or not.
func TestViewsAreRepaired(t *testing.T) {
	ctx := context.Background()
	const last = 5
	text, _ := lines{last}.Lines(0, false)
	old, _ := lines{3}.Lines(0, false)
	for name, content := range map[string]any{
		"missing":              nil,
		"empty":                "",
		"old":                  old,
		"up to date":           text,
		"torn":                 text[:len(text)-7],
		"torn in the first":    text[:7],
		"scribbled on":         "I was here\n",
		"scribbled at the end": string(text) + "I was here\n",
		"without a number":     string(text) + "an entry seq=\n",
		"of the future":        string(text) + "an entry seq=99\n",
		"one endless line":     strings.Repeat("x", 2*tailLength),
		"NUL":                  string(make([]byte, 100)),
	} {
		for _, known := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, known %t", name, known), func(t *testing.T) {
				j, _, _ := sample(t, last)
				l := opened(t, j, "op")
				if known {
					if err := l.UpdateViews(ctx, last, lines{last}); err != nil {
						t.Fatal(err)
					}
				}
				path := j.liveView("op", logName)
				switch content := content.(type) {
				case nil:
					if err := os.Remove(path); known && err != nil {
						t.Fatal(err)
					}
				default:
					writeFile(t, path, fmt.Appendf(nil, "%s", content))
				}
				journaltest.MustAppend(t, l, journaltest.Records(last+1, 1)...)
				if err := l.UpdateViews(ctx, last+1, lines{last + 1}); err != nil {
					t.Fatal(err)
				}
				want, _ := lines{last + 1}.Lines(0, false)
				if got := readFile(t, path); string(got) != string(want) {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

// TestViewsOfArchivedLog: they can be repaired there as well, and are not touched
// by an engine that merely believes them to be old.
func TestViewsOfArchivedLog(t *testing.T) {
	ctx := context.Background()
	j, _, _ := sample(t, 3)
	if _, err := opened(t, j, "op").Archive(ctx); err != nil {
		t.Fatal(err)
	}
	l := opened(t, j, "op")
	if err := l.UpdateViews(ctx, 3, lines{3}); err != nil {
		t.Fatal(err)
	}
	if got := names(t, j.backup("op")); got != "trail" {
		t.Errorf("backup: %s", got)
	}
	if err := l.UpdateViews(ctx, 3, rebuilt{lines{3}}); err != nil {
		t.Fatal(err)
	}
	if got := names(t, j.backup("op")); got != "operation.debug.log operation.json operation.log trail" {
		t.Errorf("backup: %s", got)
	}
	if got := names(t, j.dir); got != backupDir {
		t.Errorf("ledger: %s", got)
	}
	views, err := l.ReadViews()
	want, _ := lines{3}.Lines(0, true)
	if err != nil || string(views.DebugLog) != string(want) {
		t.Errorf("%q, %v", views.DebugLog, err)
	}
}

// rebuilt asks for views to be written anew.
type rebuilt struct{ lines }

func (rebuilt) Rebuild() bool { return true }

// noDocument renders no document.
type noDocument struct{ lines }

func (noDocument) Document() []byte { return nil }

func TestNoDocumentLeavesIt(t *testing.T) {
	ctx := context.Background()
	j, _, _ := sample(t, 3)
	l := opened(t, j, "op")
	for _, views := range []journal.Views{lines{3}, noDocument{lines{3}}} {
		if err := l.UpdateViews(ctx, 3, views); err != nil {
			t.Fatal(err)
		}
	}
	if got := readFile(t, j.liveView("op", documentName)); string(got) != string(lines{3}.Document()) {
		t.Errorf("document: %s", got)
	}
}
