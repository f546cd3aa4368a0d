package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"runtime/debug"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestInvalidParams has a wrong and a missing value for each kind of field.
func TestInvalidParams(t *testing.T) {
	const missing, empty = "it is missing", "it is missing or empty"
	tests := []struct{ name, method, params, field, message string }{
		{"not JSON", "ping", `{`, "", "valid JSON"},
		{"two values", "ping", `{} {}`, "", "valid JSON"},
		{"positional", "ping", `[1]`, "", "object with named fields"},
		{"scalar", "ping", `"x"`, "", "object with named fields"},
		{"no params at all", "call/start", ``, "operationId", empty},
		{"null params", "call/start", `null`, "operationId", empty},
		{"missing string", "call/start", `{}`, "operationId", empty},
		{"empty string", "call/start", `{"operationId":""}`, "operationId", empty},
		{"null string", "call/start", `{"operationId":null}`, "operationId", empty},
		{"names are matched exactly", "call/start", `{"OperationId":"o"}`, "operationId", empty},
		{"wrong string", "call/start", `{"operationId":7}`, "operationId", "a string: it is a number"},
		{"wrong optional string", "call/start", `{"operationId":"o","description":["x"]}`, "description", "a string: it is a list"},
		{"wrong bool", "call/start", `{"operationId":"o","failOnCrash":"yes"}`, "failOnCrash", "true or false: it is a string"},
		{"wrong integer", "call/start", `{"operationId":"o","sessionId":"1"}`, "sessionId", "an integer from 0 to 9007199254740991: it is a string"},
		{"fraction", "call/start", `{"operationId":"o","sessionId":1.5}`, "sessionId", "it is 1.5"},
		{"negative", "call/start", `{"operationId":"o","deadlineMs":-1}`, "deadlineMs", "it is -1"},
		{"too large", "call/start", `{"operationId":"o","sessionId":9007199254740992}`, "sessionId", "it is 9007199254740992"},
		{"endless", "call/start", `{"operationId":"o","sessionId":` + strings.Repeat("1", 999) + `}`, "sessionId", "111..."},
		{"wrong list", "call/sync", `{"operationId":"o","callIds":"a"}`, "callIds", "a list: it is a string"},
		{"missing list", "call/sync", `{"operationId":"o"}`, "callIds", empty},
		{"empty list", "call/sync", `{"operationId":"o","callIds":[]}`, "callIds", empty},
		{"wrong element", "call/sync", `{"operationId":"o","callIds":["a", {}]}`, "callIds.1", "a string: it is an object"},
		{"null element", "call/sync", `{"operationId":"o","callIds":[null]}`, "callIds.0", "a string: it is null"},
		{"wrong map", "operation/create", `{"labels":[]}`, "labels", "an object: it is a list"},
		{"wrong map value", "operation/create", `{"labels":{"a":"b","x":true}}`, "labels.x", "a string: it is a boolean"},
		{"wrong struct", "resource/register", `{"operationId":"o","process":4}`, "process", "an object: it is a number"},
		{"missing in struct", "resource/register", `{"operationId":"o","process":{}}`, "process.pid", missing},
		{"wrong in struct", "resource/register", `{"operationId":"o","process":{"pid":{}}}`, "process.pid", "an integer from 0 to 9007199254740991: it is an object"},
		{"after a struct", "resource/register", `{"operationId":"o","process":{"pid":1},"path":1}`, "path", "a string"},
		{"wrong number", "operation/heartbeat", `{"progress":{"percent":"50"}}`, "progress.percent", "a number: it is a string"},
		{"number out of range", "operation/heartbeat", `{"progress":{"percent":1e999}}`, "progress.percent", "a number that fits"},
		{"wrong enum", "operation/log", `{"operationId":"o","message":"m","level":"loud"}`, "level", `one of debug, info, warning, error: it is "loud"`},
		{"wrong enum type", "operation/log", `{"operationId":"o","message":"m","level":1}`, "level", "a string: it is a number"},
		{"wrong enum element", "operation/wait", `{"operationId":"o","until":["ended","never"]}`, "until.1", `it is "never"`},
		{"the first error counts", "call/end", `{"callId":1,"operationId":2}`, "callId", "a string"},
		{"hostile name", "operation/create", `{"labels":{"\u0000\"":1}}`, "labels.\x00\"", "a string"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := call(nil, test.method, test.params)
			var e *Error
			if !errors.As(err, &e) || e.Code != CodeInvalidParams {
				t.Fatalf("got %v, want invalidParams", err)
			}
			if got := e.Details(); got.Field != test.field || got.Code != "invalidParams" {
				t.Errorf("data %+v, want field %q", got, test.field)
			}
			if !strings.Contains(e.Message, test.message) || !strings.HasSuffix(e.Message, ".") {
				t.Errorf("message %q, want a sentence with %q", e.Message, test.message)
			}
		})
	}
}

func TestDecoderValues(t *testing.T) {
	d := &decoder{data: []byte(` [ "a\n\u00e9\ud83d\ude00é" , true, 12, 1.5e2, "2026-01-22T14:30:45.123+01:00", { "x" : [ "}" ] }, null ] `)}
	want := []any{"a\né😀é", true, int64(12), 150.0, "2026-01-22T13:30:45.123Z", `{ "x" : [ "}" ] }`, "null"}
	var got []any
	decodeList(d, func(d *decoder) struct{} {
		switch len(got) {
		case 0:
			got = append(got, d.string())
		case 1:
			got = append(got, d.bool())
		case 2:
			got = append(got, d.int64())
		case 3:
			got = append(got, d.float64())
		case 4:
			b, err := d.time().MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(bytes.Trim(b, `"`)))
		default:
			got = append(got, string(d.raw()))
		}
		return struct{}{}
	})
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("read %#v, want %#v (%v)", got, want, d.err)
		}
	}
	d = &decoder{data: []byte(`"yesterday"`)}
	if d.time(); d.err == nil || !strings.Contains(d.err.Message, "RFC 3339") {
		t.Errorf("no time: %v", d.err)
	}
}

func TestRawValuesOutliveTheRequest(t *testing.T) {
	params := []byte(`{"operationId":"o","callId":"c","result":{"a":1}}`)
	p, invalid := decodeParams(params, decodeCallEndParams)
	if invalid != nil {
		t.Fatal(invalid)
	}
	for i := range params {
		params[i] = 'x'
	}
	if string(p.Result) != `{"a":1}` || p.OperationID != "o" {
		t.Errorf("decoded %+v changed with the buffer", p)
	}
}

// FuzzCall gives every method arbitrary parameters: none panics, each replies
// exactly once, and what is accepted means the same to encoding/json.
func FuzzCall(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `[]`, `{"operationId":"o","callIds":["a"],"labels":{"a":"b"}}`, `{"operationId":"o","process":{"pid":1}}`,
		`{"participantId":"p","progress":{"percent":1.5,"message":"\u00e9\ud800"},"until":["ended"],"level":"info"}`,
		"{\"message\":\"\xff\",\"result\":[1,{\"a\":null}],\"operationId\":\"o\",\"callId\":\"c\"}", `{"a":}`, `{"operationId":"\`, ` { } `,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, params []byte) {
		for _, m := range Methods() {
			replies := 0
			func() {
				defer acceptedOrPanic(t)
				m.Call(context.Background(), nil, params, func(result any, err error) {
					replies++
					var e *Error
					if !errors.As(err, &e) || e.Code != CodeInvalidParams || !json.Valid(e.Data) || !utf8.ValidString(e.Message) {
						t.Errorf("%s(%q) replied %v, %v", m.Name, params, result, err)
					}
				})
				if replies != 1 {
					t.Errorf("%s(%q) replied %d times", m.Name, params, replies)
				}
			}()
		}
	})
}

// acceptedOrPanic tells the panic of a request that was accepted, for there is
// no handler to call, from one in the decoding.
func acceptedOrPanic(t *testing.T) {
	if r := recover(); r != nil && bytes.Contains(debug.Stack(), []byte("rpc.decodeParams")) {
		t.Errorf("panic: %v\n%s", r, debug.Stack())
	}
}

// FuzzDecode compares accepted parameters with what encoding/json makes of them.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"operationId":"o","sessionId":3,"failOnCrash":true,"description":"\u00e9\t"}`))
	f.Add([]byte(`{"operationId":"a\ud800b","parentCallId":"","spawned":null}`))
	f.Fuzz(func(t *testing.T, params []byte) {
		got, invalid := decodeParams(params, decodeCallStartParams)
		if invalid != nil {
			return
		}
		var names map[string]json.RawMessage
		var want CallStartParams
		if err := json.Unmarshal(params, &names); err != nil {
			t.Fatalf("accepted %q: %v", params, err)
		}
		for name := range names { // encoding/json ignores case, we don't
			if !strings.Contains(" operationId sessionId description failOnCrash spawned parentCallId deadlineMs requestKey ", " "+name+" ") {
				delete(names, name)
			}
		}
		known, err := json.Marshal(names)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(known, &want); err != nil {
			t.Fatalf("accepted %q: %v", params, err)
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if !bytes.Equal(a, b) {
			t.Errorf("%q is %s, encoding/json has %s", params, a, b)
		}
	})
}

func BenchmarkCall(b *testing.B) {
	m := Lookup("call/start")
	h := &anyHandler{}
	params := []byte(`{"operationId":"20260122T143045.123-cli-a1b2c3d4","sessionId":1,"description":"compile","failOnCrash":false}`)
	b.ReportAllocs()
	for b.Loop() {
		m.Call(context.Background(), h, params, func(any, error) {})
	}
}

func BenchmarkCallEncodingJSON(b *testing.B) {
	params := []byte(`{"operationId":"20260122T143045.123-cli-a1b2c3d4","sessionId":1,"description":"compile","failOnCrash":false}`)
	b.ReportAllocs()
	for b.Loop() {
		var p CallStartParams
		if err := json.Unmarshal(params, &p); err != nil || p.SessionID == math.MaxInt64 {
			b.Fatal(err)
		}
	}
}
