package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/tomledger/tomledger/rpc"
)

// FuzzFrames checks that any stream is cut into frames of allowed size, or
// refused, and that it doesn't matter how it arrives.
func FuzzFrames(f *testing.F) {
	for _, seed := range []string{
		"Content-Length: 2\r\n\r\n{}Content-Length: 2\r\n\r\n[]",
		"content-length:2\n\n{}", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
		"Content-Length: 999999999999\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Length: 150\r\n\r\n", ":\r\n\r\n",
		"{}\n\n[1]\r\n{\"a\":1}", "{", "[\n", "", "\r\n", "GET / HTTP/1.1\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := Limits{MaxFrameBytes: 100, MaxHeaderBytes: 200}.WithDefaults()
		whole := cut(t, newFrameReader(bytes.NewReader(data), limits), limits)
		bytewise := cut(t, newFrameReader(oneByteReader{bytes.NewReader(data)}, limits), limits)
		if whole != bytewise {
			t.Errorf("at once:\n%s\nbyte by byte:\n%s", whole, bytewise)
		}
	})
}

// cut returns what a reader makes of its stream.
func cut(t *testing.T, r *frameReader, limits Limits) string {
	var out []byte
	for {
		body, err := r.next()
		refused, isRefused := errors.AsType[*frameError](err)
		switch {
		case isRefused && refused.cause == nil:
			out = append(out, "refused\n"...)
		case err != nil:
			return string(append(out, err.Error()...))
		case len(body) > limits.MaxFrameBytes:
			t.Fatalf("a frame of %d bytes", len(body))
		default:
			out = append(append(out, body...), '\n')
		}
	}
}

type oneByteReader struct{ r io.Reader }

func (o oneByteReader) Read(p []byte) (int, error) { return o.r.Read(p[:min(len(p), 1)]) }

// FuzzEnvelope compares the scanner with encoding/json, for every valid JSON.
func FuzzEnvelope(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"a/b","params":{"a":[1,"}]",{"b":null}]}}`,
		`{"jsonrpc":"2.0","id":"\"\\","method":"\u0061","params":[]}`,
		`{ "jsonrpc" : "2.0" , "id" : -1 , "result" : -1.5e+3 }`,
		`{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"m"}}`,
		`{"id":1,"id":2,"":"","a":true}`, `{}`, `[]`, ` 1 `, `"x"`, `null`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !validJSON(data) {
			return
		}
		e, fault := scanEnvelope(data)
		if fault != nil || e.isResponse() {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("accepted %s, which is no object: %v", data, err)
		}
		var method string
		if err := json.Unmarshal(want["method"], &method); err != nil || method != e.method {
			t.Errorf("method %q, want %s", e.method, want["method"])
		}
		if !bytes.Equal(e.id, want["id"]) {
			t.Errorf("id %s, want %s", e.id, want["id"])
		}
		if params := want["params"]; string(params) != "null" && !bytes.Equal(e.params, params) {
			t.Errorf("params %s, want %s", e.params, params)
		}
	})
}

// FuzzConn feeds anything to a served connection: it must end, and whatever it
// says must be frames of valid JSON.
func FuzzConn(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"echo","params":{}}` + "\n" + `[{"jsonrpc":"2.0","id":1,"method":"empty"},1]`,
		"Content-Length: 41\r\n\r\n" + `{"jsonrpc":"2.0","id":1,"method":"empty"}`,
		`{"jsonrpc":"2.0","id":1,"method":"panic"}` + "\n{\n", `{"id":0,"result":1}`, "x",
	} {
		f.Add([]byte(seed))
	}
	methods := newTable()
	f.Fuzz(func(t *testing.T, data []byte) {
		var out bytes.Buffer
		conn := NewConn(readWriter{bytes.NewReader(data), &out}, Options{Lookup: func(name string) *rpc.Method {
			if name == "wait" || name == "waitThenEcho" || name == "later" {
				return nil // they would wait for somebody
			}
			return methods.lookup(name)
		}})
		_ = conn.Serve(t.Context(), nil) // any end will do
		_ = conn.Shutdown(t.Context())   // the buffer takes everything
		answers := newFrameReader(&out, Limits{}.WithDefaults())
		for {
			body, err := answers.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil || !validJSON(body) {
				t.Fatalf("answer %q %v", body, err)
			}
		}
	})
}

// readWriter reads from one place and writes to another.
type readWriter struct {
	io.Reader
	io.Writer
}

func (readWriter) Close() error { return nil }
