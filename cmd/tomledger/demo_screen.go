package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"golang.org/x/term"
)

// screen is where the demo shows itself: colours and width as the terminal has
// them, no colours and 80 columns where there is none.
type screen struct {
	io.Writer
	colours bool
	width   int
	known   []string // participants by the order of their appearance
}

// Widths within which a timeline can be read.
const (
	defaultWidth = 80
	minWidth     = 50
	maxWidth     = 160
)

func newScreen(w io.Writer) *screen {
	s := &screen{Writer: w, width: defaultWidth}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		s.colours = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			s.width = width
		}
	}
	if width, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && width > 0 {
		s.width = width
	}
	s.width = min(max(s.width, minWidth), maxWidth)
	return s
}

// paint gives each participant a colour of its own.
func (s *screen) paint(participant, text string) string {
	if !s.colours || participant == "" {
		return text
	}
	i := slices.Index(s.known, participant)
	if i < 0 {
		i = len(s.known)
		s.known = append(s.known, participant)
	}
	colours := []int{36, 33, 35, 32, 34} // cyan, yellow, magenta, green, blue: readable on black and on white
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", colours[i%len(colours)], text)
}

// faint is for what accompanies the rest.
func (s *screen) faint(text string) string {
	if !s.colours || text == "" {
		return text
	}
	return "\x1b[2m" + text + "\x1b[0m"
}
