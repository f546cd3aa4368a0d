package sidecar_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

// slim is a client that costs next to nothing: what is measured is the server.
type slim struct {
	conn net.Conn
	in   *bufio.Reader
	body []byte
	op   string
}

// newSlim connects a client to an operation, a new one if op is empty.
func newSlim(b *testing.B, socket, op string) *slim {
	b.Helper()
	conn := dial(b, socket)
	b.Cleanup(func() { conn.Close() })
	c := &slim{conn: conn, in: bufio.NewReaderSize(conn, 64<<10), op: op}
	c.send(b, 0, "initialize", `{"participantId":"cli"}`)
	c.receive(b)
	if op == "" {
		c.send(b, 0, "operation/create", `{}`)
		_, body := c.receive(b)
		c.op = between(body, `"operationId":"`)
	} else {
		c.send(b, 0, "operation/join", `{"operationId":"`+op+`"}`)
		c.receive(b)
	}
	return c
}

func (c *slim) send(b *testing.B, id int, method, params string) {
	body := fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, id, method, params)
	if _, err := c.conn.Write(append(fmt.Appendf(nil, "Content-Length: %d\r\n\r\n", len(body)), body...)); err != nil {
		b.Fatal(err)
	}
}

// receive reads the next answer; events are skipped.
func (c *slim) receive(b *testing.B) (id int, body []byte) {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		length := number(line[len("Content-Length: "):])
		if _, err := c.in.Discard(len("\r\n")); err != nil {
			b.Fatal(err)
		}
		if cap(c.body) < length {
			c.body = make([]byte, length)
		}
		if _, err := io.ReadFull(c.in, c.body[:length]); err != nil {
			b.Fatal(err)
		}
		body := c.body[:length]
		after, isAnswer := bytes.CutPrefix(body, []byte(`{"jsonrpc":"2.0","id":`))
		switch {
		case !isAnswer:
		case bytes.Contains(body, []byte(`"error":`)):
			b.Fatalf("%s", body)
		default:
			return number(after), body
		}
	}
}

func number(digits []byte) (n int) {
	for _, d := range digits {
		if d < '0' || d > '9' {
			break
		}
		n = n*10 + int(d-'0')
	}
	return n
}

// between returns what follows key, up to the next quote.
func between(body []byte, key string) string {
	_, after, _ := bytes.Cut(body, []byte(key))
	value, _, _ := bytes.Cut(after, []byte(`"`))
	return string(value)
}

func (c *slim) ping(b *testing.B, id int)  { c.send(b, id, "ping", `{}`) }
func (c *slim) start(b *testing.B, id int) { c.send(b, id, "call/start", `{"operationId":"`+c.op+`"}`) }
func (c *slim) end(b *testing.B, id int, call string) {
	c.send(b, id, "call/end", `{"operationId":"`+c.op+`","callId":"`+call+`"}`)
}

func serveFast(b *testing.B, dir, durability string) (socket string) {
	b.Helper()
	return startServing(b, dir, fast, "--durability", durability).socket
}

// BenchmarkRequest compares an empty method with the start or end of a call, one
// request after the other and with 64 in flight. The two take turns, so that
// their ratio means something on a machine that does other things, too.
func BenchmarkRequest(b *testing.B) {
	for _, inFlight := range []int{1, 64} {
		b.Run(fmt.Sprintf("inFlight=%d", inFlight), func(b *testing.B) {
			c := newSlim(b, serveFast(b, memoryLedger(b), "process"), "")
			const block = 256
			var empty, call time.Duration
			for done := 0; done < b.N; done += block {
				n := min(block, b.N-done)
				empty += c.pings(b, n, inFlight)
				call += c.cycles(b, n, inFlight)
			}
			perEmpty, perCall := float64(empty)/float64(b.N), float64(call)/float64(2*b.N)
			b.ReportMetric(0, "ns/op") // says nothing: both together
			b.ReportMetric(perEmpty, "ns/empty")
			b.ReportMetric(perCall, "ns/start-or-end")
			b.ReportMetric(perCall/perEmpty, "ratio")
		})
	}
}

func (c *slim) pings(b *testing.B, n, inFlight int) time.Duration {
	begun := time.Now()
	for i := range min(n, inFlight) {
		c.ping(b, i)
	}
	for left := n; left > 0; left-- {
		id, _ := c.receive(b)
		if left > inFlight {
			c.ping(b, id)
		}
	}
	return time.Since(begun)
}

// cycles starts and ends n calls.
func (c *slim) cycles(b *testing.B, n, inFlight int) time.Duration {
	begun := time.Now()
	started := min(n, inFlight)
	for i := range started {
		c.start(b, i)
	}
	for ended := 0; ended < n; {
		id, body := c.receive(b)
		call := between(body, `"callId":"`)
		switch {
		case call != "":
			c.end(b, id, call)
		default:
			if ended++; started < n {
				started++
				c.start(b, id)
			}
		}
	}
	return time.Since(begun)
}

// BenchmarkGroupCommit has several clients log on one operation on a real disk,
// diskDir is on a disk, wherever temporary files are.
func diskDir(b *testing.B) string {
	dir, err := os.MkdirTemp("/var/tmp", "tomledger-bench-") //nolint:usetesting // TempDir may be in memory
	if err != nil {
		return b.TempDir()
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// where every answer waits for a sync that all share.
func BenchmarkGroupCommit(b *testing.B) {
	for _, clients := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			socket := serveFast(b, diskDir(b), "disk")
			first := newSlim(b, socket, "")
			all := []*slim{first}
			for len(all) < clients {
				all = append(all, newSlim(b, socket, first.op))
			}
			b.ResetTimer()
			var wg sync.WaitGroup
			for i, c := range all {
				wg.Go(func() {
					for n := i; n < b.N; n += clients {
						c.send(b, 1, "operation/log", `{"operationId":"`+c.op+`","message":"m"}`)
						c.receive(b)
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "logs/s")
		})
	}
}
