package main

import (
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// cell is one field of a table.
type cell struct {
	text  string
	style style
}

// table is rows in aligned columns, indented by indent blanks.
type table struct {
	indent int
	rows   [][]cell
}

// header adds the names of the columns.
func (t *table) header(names ...string) {
	row := make([]cell, len(names))
	for i, name := range names {
		row[i] = cell{name, dim}
	}
	t.rows = append(t.rows, row)
}

// add adds a row. What is not printable in it is escaped.
func (t *table) add(cells ...cell) {
	for i := range cells {
		cells[i].text = printable(cells[i].text)
	}
	t.rows = append(t.rows, cells)
}

// write prints the table. The last column is cut at the terminal's edge.
func (t *table) write(to io.Writer, screen terminal) error {
	widths := t.widths()
	var out strings.Builder
	for _, row := range t.rows {
		last := len(row) - 1
		for last > 0 && row[last].text == "" {
			last-- // no blanks at the end of a line
		}
		used := t.indent
		out.WriteString(strings.Repeat(" ", t.indent))
		for i, c := range row[:last+1] {
			text := c.text
			if i == len(row)-1 && screen.width > used {
				text = cut(text, screen.width-used)
			}
			out.WriteString(screen.paint(c.style, text))
			if i < last {
				out.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text)+2))
			}
			used += widths[i] + 2
		}
		out.WriteByte('\n')
	}
	_, err := io.WriteString(to, out.String())
	return err
}

func (t *table) widths() []int {
	var widths []int
	for _, row := range t.rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c.text))
		}
	}
	return widths
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// cut shortens text to a width; 0 is unlimited.
func cut(text string, width int) string {
	if width < 1 || utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-1]) + "…"
}
