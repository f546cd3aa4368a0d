package main

import (
	"io"
	"os"
	"slices"
	"strconv"
)

// screen is where the demo shows itself.
type screen struct {
	io.Writer
	terminal
	known []string // participants by the order of their appearance
}

// Widths within which a timeline can be read.
const (
	defaultWidth = 80
	minWidth     = 50
	maxWidth     = 160
)

// screen is stdout, as wide as the terminal or $COLUMNS say.
func (p *program) screen() *screen {
	s := &screen{Writer: p.stdout, terminal: p.terminal()}
	if width, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		s.width = width
	}
	if s.width <= 0 {
		s.width = defaultWidth
	}
	s.width = min(max(s.width, minWidth), maxWidth)
	return s
}

// paintFor gives each participant a colour of its own.
func (s *screen) paintFor(participant, text string) string {
	if participant == "" {
		return text
	}
	i := slices.Index(s.known, participant)
	if i < 0 {
		i = len(s.known)
		s.known = append(s.known, participant)
	}
	colours := []style{"36", "33", "35", "32", "34"} // cyan, yellow, magenta, green, blue: readable on black and on white
	return s.paint(colours[i%len(colours)], text)
}

// faint is for what accompanies the rest.
func (s *screen) faint(text string) string { return s.paint(dim, text) }
