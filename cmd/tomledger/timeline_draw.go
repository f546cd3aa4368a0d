package main

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// A mark is drawn through all rows, and crosses the bars.
const (
	markRune  = '┊'
	barRune   = '━'
	crossRune = '┿'
)

// draw renders the timeline in that many columns, each line ending in a newline.
// paint colours what belongs to a participant; it must not change its width.
func (t *timeline) draw(width int, paint func(participant, text string) string) string {
	if len(t.rows) == 0 {
		return ""
	}
	names := 0
	for _, r := range t.rows {
		names = max(names, utf8.RuneCountInString(r.participant))
	}
	margin := names + 2
	s := timeScale{cells: max(width-margin, 20), end: max(t.end, time.Millisecond)}
	indent := strings.Repeat(" ", margin)
	var b strings.Builder
	labels, axis := s.axis()
	fmt.Fprintf(&b, "%s%s\n%s%s\n", indent, labels, indent, axis)
	for _, r := range t.rows {
		name := r.participant + strings.Repeat(" ", margin-utf8.RuneCountInString(r.participant))
		for _, lane := range t.lanes(r, s) {
			line := strings.TrimRight(name+string(lane), " ")
			fmt.Fprintln(&b, paint(r.participant, line))
			name = indent
		}
	}
	for _, m := range t.marks {
		fmt.Fprintf(&b, "%s%s\n", indent, s.caption(m))
	}
	if len(t.acknowledged) > 0 {
		fmt.Fprintf(&b, "%sacknowledged by %s\n", indent, strings.Join(t.acknowledged, ", "))
	}
	return b.String()
}

// lanes draws a row: calls that overlap, as nested ones do, lie below each other.
func (t *timeline) lanes(r *timelineRow, s timeScale) [][]rune {
	lanes := [][]rune{t.lane(s)}
	free := []int{0} // the first free cell of each lane
	for _, bar := range r.bars {
		from, to := s.cell(bar.start), s.cell(bar.end)
		i := 0
		for i < len(lanes) && from < free[i] {
			i++
		}
		if i == len(lanes) {
			lanes, free = append(lanes, t.lane(s)), append(free, 0)
		}
		copy(lanes[i][from:], bar.draw(to-from+1))
		free[i] = to + 1
	}
	for _, lane := range lanes {
		for _, m := range t.marks {
			if at := s.cell(m.at); lane[at] == barRune {
				lane[at] = crossRune
			}
		}
	}
	return lanes
}

// lane is an empty lane with the marks, which a bar's text may cover.
func (t *timeline) lane(s timeScale) []rune {
	lane := s.blank()
	for _, m := range t.marks {
		lane[s.cell(m.at)] = markRune
	}
	return lane
}

// draw renders a call in so many cells: as much of its name and its time as fits.
func (c *timelineBar) draw(cells int) []rune {
	ends := map[barFate]rune{barOpen: '╌', barEnded: '┫', barFailed: '✗', barCancelled: '╳', barLost: '✗'}
	last := ends[c.fate]
	switch {
	case cells == 1 && c.fate == barEnded:
		return []rune("▪")
	case cells == 1:
		return []rune{last}
	}
	inner := cells - 2
	label := []rune(c.label)
	took := " " + seconds(c.end-c.start) + " ━"
	middle := strings.Repeat("━", inner)
	switch {
	case len(label)+5+len([]rune(took)) <= inner:
		fill := inner - len(label) - 3 - len([]rune(took))
		middle = "━ " + c.label + " " + strings.Repeat("━", fill) + took
	case len(label)+4 <= inner:
		middle = "━ " + c.label + " " + strings.Repeat("━", inner-len(label)-3)
	case inner >= 6:
		middle = " " + clipped(label, inner-2) + " " + strings.Repeat("━", max(0, inner-2-len(label)))
	}
	return []rune("┣" + middle + string(last))
}

// timeScale places instants in cells.
type timeScale struct {
	cells int
	end   time.Duration
}

func (s timeScale) cell(at time.Duration) int {
	return min(int(float64(at)/float64(s.end)*float64(s.cells-1)+0.5), s.cells-1)
}

func (s timeScale) blank() []rune { return []rune(strings.Repeat(" ", s.cells)) }

// axis draws the ticks, with their times above them.
func (s timeScale) axis() (labels, line string) {
	above, on := s.blank(), []rune(strings.Repeat("─", s.cells))
	step := s.step()
	for at := time.Duration(0); at <= s.end; at += step {
		i := s.cell(at)
		on[i] = '┬'
		if label := s.label(at, step); i+len(label) <= s.cells {
			copy(above[i:], []rune(label))
		}
	}
	on[0] = '┌'
	return strings.TrimRight(string(above), " "), string(on)
}

// label names a tick, all of them in one unit.
func (s timeScale) label(at, step time.Duration) string {
	if at == 0 {
		return "0"
	}
	if s.end < time.Second {
		return fmt.Sprintf("%d ms", at.Milliseconds())
	}
	decimals := 0
	for unit := time.Second; step%unit != 0; unit /= 10 {
		decimals++
	}
	return fmt.Sprintf("%.*f s", decimals, at.Seconds())
}

// step is the distance of the ticks: 1, 2 or 5 times a power of ten, with room
// for a label at each.
func (s timeScale) step() time.Duration {
	least := max(float64(s.end)/float64(s.cells)*10, float64(time.Millisecond))
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, n := range []float64{1, 2, 5} {
		if n*power >= least {
			return time.Duration(n * power)
		}
	}
	return time.Duration(10 * power)
}

// caption names a mark, on the side of it that has room.
func (s timeScale) caption(m timelineMark) string {
	at, text := s.cell(m.at), []rune(m.text)
	left, right := at-1, s.cells-at-2
	if len(text) <= right || right >= left {
		return strings.Repeat(" ", at) + string(markRune) + " " + clipped(text, right)
	}
	said := clipped(text, left)
	return strings.Repeat(" ", left-utf8.RuneCountInString(said)) + said + " " + string(markRune)
}

// clipped is a text, or what fits of it.
func clipped(text []rune, cells int) string {
	if len(text) <= cells {
		return string(text)
	}
	return string(text[:cells-1]) + "…"
}

// seconds renders a duration for people: milliseconds below a second.
func seconds(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}
