package rpc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxInteger is the largest integer that survives JavaScript and other readers
// that keep numbers as doubles.
const maxInteger = 1<<53 - 1

// decoder reads parameters for the generated code. Unlike encoding/json it
// tells what is missing from what is zero, treats null as left out, names are
// matched exactly, and an error names the field by its full path. It walks the
// bytes once, after json.Valid has vouched for them and the first one is a
// brace: that is why it may look ahead without checking for the end.
//
// After the first failure err is set and nothing that is read counts.
type decoder struct {
	data []byte
	pos  int
	path [][]byte
	err  *Error

	pathBuffer [4][]byte // no parameters nest deeper today
}

// decodeParams runs a generated decode function over a request's parameters.
func decodeParams[P any](params []byte, decode func(*decoder) P) (*P, *Error) {
	d := &decoder{data: params}
	d.path = d.pathBuffer[:0]
	switch {
	case len(params) == 0 || string(params) == "null":
		d.data = []byte("{}")
	case !json.Valid(params):
		return nil, NewError(CodeInvalidParams, "Send params as valid JSON.", ErrorData{})
	}
	if d.peek() != '{' {
		return nil, NewError(CodeInvalidParams, "Send params as an object with named fields.", ErrorData{})
	}
	p := decode(d)
	if d.err != nil {
		return nil, d.err
	}
	return &p, nil
}

// members yields the name of each member of an object whose value is not null.
// The loop body must read the value, or skip it.
func (d *decoder) members(yield func(name []byte) bool) {
	if d.peek() != '{' {
		d.wrong("an object")
		return
	}
	d.pos++
	depth := len(d.path)
	for d.peek() != '}' {
		if d.data[d.pos] == ',' {
			d.pos++
			d.peek()
		}
		name := unquote(d.skip())
		d.peek()
		d.pos++ // the colon
		d.path = append(d.path[:depth], name)
		if d.peek() == 'n' {
			d.skip()
			continue
		}
		if !yield(name) || d.err != nil {
			return
		}
	}
	d.pos++
	d.path = d.path[:depth]
}

// decodeList reads a list with a function that reads one element.
func decodeList[T any](d *decoder, elem func(*decoder) T) []T {
	if d.peek() != '[' {
		d.wrong("a list")
		return nil
	}
	d.pos++
	depth := len(d.path)
	list := []T{}
	for d.peek() != ']' {
		if d.data[d.pos] == ',' {
			d.pos++
		}
		d.path = append(d.path[:depth], strconv.AppendInt(nil, int64(len(list)), 10))
		list = append(list, elem(d))
		if d.err != nil {
			return nil
		}
	}
	d.pos++
	d.path = d.path[:depth]
	return list
}

// decodeMap reads an object with arbitrary names.
func decodeMap[T any](d *decoder, elem func(*decoder) T) map[string]T {
	m := map[string]T{}
	for name := range d.members {
		m[string(name)] = elem(d)
	}
	return m
}

// pointer reads an optional value whose absence means something else than zero.
func pointer[T any](d *decoder, read func(*decoder) T) *T {
	v := read(d)
	return &v
}

func (d *decoder) string() string {
	if d.peek() != '"' {
		d.wrong("a string")
		return ""
	}
	return string(unquote(d.skip()))
}

func (d *decoder) bool() bool {
	c := d.peek()
	if c != 't' && c != 'f' {
		d.wrong("true or false")
		return false
	}
	d.skip()
	return c == 't'
}

// int64 reads an integer. The contract has no negative parameters.
func (d *decoder) int64() int64 {
	const want = "an integer from 0 to 9007199254740991"
	if c := d.peek(); c != '-' && (c < '0' || c > '9') {
		d.wrong(want)
		return 0
	}
	raw := d.skip()
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || n < 0 || n > maxInteger {
		d.fail(want, "is "+abbreviate(raw))
	}
	return n
}

func (d *decoder) float64() float64 {
	if c := d.peek(); c != '-' && (c < '0' || c > '9') {
		d.wrong("a number")
		return 0
	}
	raw := d.skip()
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		d.fail("a number that fits 64 bits", "is "+abbreviate(raw))
	}
	return f
}

func (d *decoder) time() Time {
	const want = "an RFC 3339 time such as 2026-01-22T14:30:45.123Z"
	if d.peek() != '"' {
		d.wrong(want)
		return Time{}
	}
	raw := d.skip()
	t, err := time.Parse(time.RFC3339Nano, string(unquote(raw)))
	if err != nil {
		d.fail(want, "is "+abbreviate(raw))
	}
	return Time{t.UTC()}
}

// raw returns a copy of any value, since params belong to the connection.
func (d *decoder) raw() RawJSON {
	d.peek()
	return append(RawJSON(nil), d.skip()...)
}

// oneOf reports a string that is no value of an enum.
func (d *decoder) oneOf(got, values string) {
	d.fail("one of "+values, fmt.Sprintf("is %q", got))
}

// missing reports a required field of the current object that was left out.
func (d *decoder) missing(name, want string) { d.failAt(name, want, "is missing") }

// empty reports a required field of the current object that was left out, or
// that must not be empty.
func (d *decoder) empty(name, want string) { d.failAt(name, want, "is missing or empty") }

func (d *decoder) failAt(name, want, is string) {
	if d.err != nil {
		return
	}
	d.path = append(d.path, []byte(name))
	d.fail(want, is)
}

// wrong reports that the next value is of another kind than wanted.
func (d *decoder) wrong(want string) {
	got := "a number"
	switch d.peek() {
	case '{':
		got = "an object"
	case '[':
		got = "a list"
	case '"':
		got = "a string"
	case 't', 'f':
		got = "a boolean"
	case 'n':
		got = "null"
	}
	d.fail(want, "is "+got)
}

func (d *decoder) fail(want, is string) {
	if d.err != nil {
		return
	}
	var path strings.Builder
	for i, name := range d.path {
		if i > 0 {
			path.WriteByte('.')
		}
		path.Write(name)
	}
	field := path.String()
	d.err = NewError(CodeInvalidParams, fmt.Sprintf("Set %q to %s: it %s.", field, want, is), ErrorData{Field: field})
}

// peek skips white space and returns the next byte.
func (d *decoder) peek() byte {
	for {
		c := d.data[d.pos]
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		d.pos++
	}
}

// skip passes over the next value and returns it as it is. It must be called
// after peek.
func (d *decoder) skip() []byte {
	start := d.pos
	depth := 0
	for {
		switch d.data[d.pos] {
		case '"':
			d.skipString()
		case '{', '[':
			depth++
			d.pos++
			continue
		case '}', ']':
			depth--
			d.pos++
		case ',', ':', ' ', '\n', '\t', '\r':
			d.pos++
			continue
		default:
			d.skipLiteral()
		}
		if depth == 0 {
			return d.data[start:d.pos]
		}
	}
}

func (d *decoder) skipString() {
	for d.pos++; d.data[d.pos] != '"'; d.pos++ {
		if d.data[d.pos] == '\\' {
			d.pos++
		}
	}
	d.pos++
}

// skipLiteral passes over a number, true, false or null.
func (d *decoder) skipLiteral() {
	for !strings.ContainsRune(",:]} \n\t\r", rune(d.data[d.pos])) {
		d.pos++
	}
}

// unquote returns the text of a JSON string: a part of the input where nothing
// is escaped.
func unquote(quoted []byte) []byte {
	text := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text) {
		return text
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return nil // not reached: the string is valid JSON
	}
	return []byte(s)
}

// abbreviate keeps a hostile value from filling the error message.
func abbreviate(raw []byte) string {
	if len(raw) <= 40 {
		return string(raw)
	}
	return strings.ToValidUTF8(string(raw[:40]), "") + "..."
}
