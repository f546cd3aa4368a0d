package wire

import (
	"github.com/tomledger/tomledger/rpc"
)

// maxIDBytes bounds an id, which is kept for as long as its request.
const maxIDBytes = 256

// nullID is the id of an answer to something that had no readable one.
const nullID = "null"

// envelope is one JSON-RPC message, taken apart but not decoded. Its slices
// point into the frame.
type envelope struct {
	id     []byte // nil if there is none
	method string
	params []byte // nil if there are none, or null
	result []byte
	failed []byte // the error member
}

// isResponse tells a response from a request or notification.
func (e *envelope) isResponse() bool { return e.result != nil || e.failed != nil }

// member is a bit for each member an envelope may have.
type member uint8

const (
	memberVersion member = 1 << iota
	memberID
	memberMethod
	memberParams
	memberResult
	memberError
)

// scanEnvelope takes a valid JSON value apart. On an error the envelope still
// has the id, if it was readable, so that the answer can carry it.
func scanEnvelope(data []byte) (e envelope, fault *rpc.Error) {
	c := cursor{data: data}
	c.space()
	if c.data[c.i] != '{' {
		return e, invalidRequest("A request must be a JSON object.")
	}
	var seen, twice member
	var version, method []byte
	for more := c.enter(); more; more = c.more() {
		key := text(c.value())
		c.colon()
		value := c.value()
		m := memberNamed(key)
		twice |= seen & m
		seen |= m
		switch m {
		case memberVersion:
			version = value
		case memberID:
			e.id = value
		case memberMethod:
			method = value
		case memberParams:
			e.params = value
		case memberResult:
			e.result = value
		case memberError:
			e.failed = value
		}
	}
	fault = e.check(seen, twice, version, method)
	return e, fault
}

func memberNamed(key string) member {
	switch key {
	case "jsonrpc":
		return memberVersion
	case "id":
		return memberID
	case "method":
		return memberMethod
	case "params":
		return memberParams
	case "result":
		return memberResult
	case "error":
		return memberError
	}
	return 0
}

// check applies the rules of JSON-RPC 2.0 to a request and completes e. A
// response is left to whoever waits for it: answering a faulty one with an error
// could go back and forth for ever.
func (e *envelope) check(seen, twice member, version, method []byte) *rpc.Error {
	if seen&memberMethod == 0 && e.isResponse() {
		return nil
	}
	if twice&memberID != 0 || seen&memberID != 0 && !validID(e.id) {
		e.id = nil
		return invalidRequest("The id must be one string or integer of at most %d bytes.", maxIDBytes)
	}
	switch {
	case twice != 0:
		return invalidRequest("A member of the request occurs twice.")
	case string(version) != `"2.0"`:
		return invalidRequest(`The member jsonrpc must be "2.0".`)
	case seen&memberMethod == 0 || method[0] != '"':
		return invalidRequest("The member method must be a string.")
	case e.isResponse():
		return invalidRequest("A message must not have both a method and a result or error.")
	}
	e.method = text(method)
	if string(e.params) == "null" {
		e.params = nil
	}
	if e.params != nil && e.params[0] != '{' && e.params[0] != '[' {
		return invalidRequest("The member params must be an object.")
	}
	return nil
}

// validID tells whether raw is a string or an integer of bounded length.
func validID(raw []byte) bool {
	if len(raw) > maxIDBytes {
		return false
	}
	if raw[0] == '"' {
		return true
	}
	for i, b := range raw {
		if (b < '0' || b > '9') && (b != '-' || i > 0) {
			return false
		}
	}
	return true
}

// idKey makes ids comparable: a string may be escaped in several ways.
func idKey(raw []byte) string {
	if raw[0] == '"' {
		return `"` + text(raw)
	}
	return string(raw)
}
