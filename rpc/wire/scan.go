package wire

import (
	"encoding/json"
	"unicode/utf8"
)

// validJSON tells whether data is exactly one JSON value in valid UTF-8.
func validJSON(data []byte) bool { return json.Valid(data) && utf8.Valid(data) }

// cursor walks over the members of an object or the elements of an array, given
// JSON that is known to be valid. It only finds where values begin and end:
// decoding is done once, by whoever wants the value.
type cursor struct {
	data []byte
	i    int
}

// enter steps over the opening bracket and tells whether there is an element.
func (c *cursor) enter() bool {
	c.space()
	c.i++
	c.space()
	return c.data[c.i] != '}' && c.data[c.i] != ']'
}

// value returns the next value as it stands.
func (c *cursor) value() []byte {
	c.space()
	start := c.i
	depth := 0
	for {
		switch c.data[c.i] {
		case '"':
			c.skipString()
		case '{', '[':
			depth++
			c.i++
		case '}', ']':
			depth--
			c.i++
		default:
			c.i++
		}
		if depth == 0 && c.atEnd(start) {
			return c.data[start:c.i]
		}
	}
}

// atEnd tells whether the value that began at start is over: a string or a
// container ends by itself, a number or a word before what follows it.
func (c *cursor) atEnd(start int) bool {
	switch c.data[start] {
	case '"', '{', '[':
		return true
	}
	if c.i == len(c.data) {
		return true
	}
	switch c.data[c.i] {
	case ',', '}', ']', ':', ' ', '\t', '\r', '\n':
		return true
	}
	return false
}

// skipString steps over a string.
func (c *cursor) skipString() {
	for c.i++; c.data[c.i] != '"'; c.i++ {
		if c.data[c.i] == '\\' {
			c.i++
		}
	}
	c.i++
}

// colon steps over the colon between a key and its value.
func (c *cursor) colon() {
	c.space()
	c.i++
}

// more steps over a comma and tells whether there was one.
func (c *cursor) more() bool {
	c.space()
	if c.data[c.i] != ',' {
		return false
	}
	c.i++
	return true
}

func (c *cursor) space() {
	for c.i < len(c.data) {
		switch c.data[c.i] {
		case ' ', '\t', '\r', '\n':
			c.i++
		default:
			return
		}
	}
}

// text decodes a JSON string. Most have no escapes, and need no decoder.
func text(raw []byte) string {
	inner := raw[1 : len(raw)-1]
	for _, b := range inner {
		if b == '\\' {
			var s string
			if json.Unmarshal(raw, &s) != nil {
				return "" // can't be: raw is a valid string
			}
			return s
		}
	}
	return string(inner)
}
