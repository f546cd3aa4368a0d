package wire

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/rpc"
)

func TestNewlineFraming(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		s.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"empty\"}\r\n\n  \n{oops\n[{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"large\"}]\n")
		lines := bufio.NewReader(s.raw)
		for _, want := range []string{`{"jsonrpc":"2.0","id":1,"result":{}}`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32700`, `[{"jsonrpc":"2.0","id":2,"result":"xxx`} {
			if got, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(got, want) {
				t.Errorf("got %.80s %v, want %s", got, err, want)
			}
		}
	})
}

func TestHeaders(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		const body = `{"jsonrpc":"2.0","id":1,"method":"empty"}`
		for _, header := range []string{
			"Content-Length: 41\r\n\r\n",
			"content-length:41\r\n\r\n",
			"CONTENT-LENGTH: 41 \r\n\r\n",
			"Content-Length: 41\n\n",
			"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 0041\r\nX-Other:\r\n\r\n",
		} {
			s := serve(t, Options{})
			s.write(header + body)
			if got := s.receive(); got != `{"jsonrpc":"2.0","id":1,"result":{}}` {
				t.Errorf("%q: %s", header, got)
			}
		}
	})
}

// Each of these is answered once, and then the connection ends.
func TestBadHeaders(t *testing.T) {
	tests := []struct {
		name, text string
		code       rpc.Code
		err        error
	}{
		{"http", "GET / HTTP/1.1\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"no length", "Content-Type: x\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"blank", "\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"negative", "Content-Length: -1\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"signed", "Content-Length: +1\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"text", "Content-Length: many\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"empty", "Content-Length:\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"twice", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", rpc.CodeParseError, ErrMalformedHeader},
		{"beyond 64 bits", "Content-Length: 99999999999999999999\r\n\r\n", rpc.CodeParseError, ErrMalformedHeader},
		{"long block", strings.Repeat("X-Y: 1\r\n", 2000), rpc.CodeParseError, ErrMalformedHeader},
		{"long line", strings.Repeat("x", 20000), rpc.CodeParseError, ErrMalformedHeader},
		{"1 GB", "Content-Length: 1000000000\r\n\r\n", rpc.CodeLimitExceeded, ErrFrameTooLarge},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, Options{})
			s.write(tt.text)
			err := <-s.served
			if !errors.Is(err, tt.err) {
				t.Errorf("Serve: %v, want %v", err, tt.err)
			}
			go func() { _ = s.conn.Shutdown(context.Background()) }()
			if got := s.receive(); errorCode(t, got) != tt.code {
				t.Errorf("got %s, want code %d", got, tt.code)
			}
			if _, err := s.frames.next(); !errors.Is(err, io.EOF) {
				t.Errorf("the connection lives on: %v", err)
			}
		})
	}
}

func TestEnds(t *testing.T) {
	tests := []struct {
		name, text string
		want       error
	}{
		{"at once", "", nil},
		{"after a message", "Content-Length: 36\r\n\r\n" + `{"jsonrpc":"2.0","method":"unknown"}`, nil},
		{"after a line", `{"jsonrpc":"2.0","method":"unknown"}` + "\n", nil},
		{"after a line without newline", `{"jsonrpc":"2.0","method":"unknown"}`, nil},
		{"in a header", "Content-Len", ErrHalfFrame},
		{"after a header line", "Content-Length: 3\r\n", ErrHalfFrame},
		{"before a body", "Content-Length: 3\r\n\r\n", ErrHalfFrame},
		{"in a body", "Content-Length: 36\r\n\r\n{", ErrHalfFrame},
		{"in a large body", "Content-Length: 1000000\r\n\r\n{", ErrHalfFrame},
		{"in a line", `{"jsonrpc":"2.0"`, ErrHalfFrame},
		{"in a skipped body", "Content-Length: 20000000\r\n\r\n{", ErrHalfFrame},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, Options{})
			if _, err := s.raw.Write([]byte(tt.text)); err != nil {
				t.Fatal(err)
			}
			_ = s.raw.Close()
			if err := <-s.served; !errors.Is(err, tt.want) || (tt.want == nil) != (err == nil) {
				t.Errorf("Serve: %v, want %v", err, tt.want)
			}
		})
	}
}

func TestLargeFrames(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		limits := Limits{MaxFrameBytes: 100_000}
		padded := func(n int) string {
			const begin, end = `{"jsonrpc":"2.0","id":1,"method":"empty","params":{"a":"`, `"}}`
			return begin + strings.Repeat("x", n-len(begin)-len(end)) + end
		}
		for _, framed := range []func(string) string{
			func(m string) string { return string(appendFrame(nil, framingHeader, []byte(m))) },
			func(m string) string { return string(appendFrame(nil, framingNewline, []byte(m))) },
		} {
			for n, code := range map[int]rpc.Code{
				readBuffer - 1: 0, readBuffer: 0, readBuffer + 1: 0, 2 * readBuffer: 0, 99_999: 0,
				100_000: 0, 100_001: rpc.CodeLimitExceeded, 300_000: rpc.CodeLimitExceeded,
			} {
				s := serve(t, Options{Limits: limits})
				s.write(framed(padded(n)) + framed(`{"jsonrpc":"2.0","id":2,"method":"empty"}`))
				if got := s.receive(); errorCode(t, got) != code {
					t.Errorf("%d bytes: %.200s", n, got)
				}
				if got := s.receive(); !strings.Contains(got, `"id":2,"result"`) {
					t.Errorf("after %d bytes: %s", n, got)
				}
			}
		}
	})
}

func TestAnnouncedLengthIsNotAllocated(t *testing.T) {
	r := newFrameReader(strings.NewReader("Content-Length: 16000000\r\n\r\n"+strings.Repeat("x", 50_000)), Limits{}.WithDefaults())
	if _, err := r.next(); !errors.Is(err, ErrHalfFrame) {
		t.Error(err)
	}
	if r.large.Cap() > 500_000 {
		t.Errorf("%d bytes were allocated", r.large.Cap())
	}
}
