package wire

import (
	"io"
	"net"
	"path/filepath"
	"testing"
)

// unixPair returns the two ends of a connection over a Unix socket.
func unixPair(t testing.TB) (near, far net.Conn) {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	far, err = net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	near, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return near, far
}

var (
	benchRequest = appendFrame(nil, framingHeader, []byte(`{"jsonrpc":"2.0","id":1,"method":"empty","params":{}}`))
	benchAnswer  = appendFrame(nil, framingHeader, []byte(`{"jsonrpc":"2.0","id":1,"result":{}}`))
)

// BenchmarkRawRoundTrip is the limit: the same bytes as BenchmarkEmptyMethod,
// answered by a goroutine that understands nothing.
func BenchmarkRawRoundTrip(b *testing.B) {
	near, far := unixPair(b)
	go func() {
		buf := make([]byte, len(benchRequest))
		for {
			if _, err := io.ReadFull(near, buf); err != nil {
				return
			}
			if _, err := near.Write(benchAnswer); err != nil {
				return
			}
		}
	}()
	roundTrips(b, far, 1)
	_ = far.Close()
	_ = near.Close()
}

// BenchmarkEmptyMethod asks for an empty method, one request after another.
func BenchmarkEmptyMethod(b *testing.B) {
	near, far := unixPair(b)
	serveOver(b, near, far, Options{})
	b.ReportAllocs()
	roundTrips(b, far, 1)
}

// BenchmarkEmptyMethod64 keeps 64 requests in flight on one connection.
func BenchmarkEmptyMethod64(b *testing.B) {
	near, far := unixPair(b)
	serveOver(b, near, far, Options{})
	b.ReportAllocs()
	roundTrips(b, far, 64)
}

// roundTrips sends requests, so many at once, and reads their answers.
func roundTrips(b *testing.B, far net.Conn, inFlight int) {
	b.Helper()
	var requests []byte
	for range inFlight {
		requests = append(requests, benchRequest...)
	}
	answers := make([]byte, inFlight*len(benchAnswer))
	for n := 0; b.Loop(); n++ {
		if n%inFlight != 0 {
			continue // this iteration was part of the last burst
		}
		if _, err := far.Write(requests); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(far, answers); err != nil {
			b.Fatal(err)
		}
	}
}
