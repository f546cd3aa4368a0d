package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// queued is a server whose peer reads nothing: its writer is stuck with one
// event, so that whatever comes next stays in the queue.
func queued(t *testing.T, limits Limits) *server {
	t.Helper()
	s := serve(t, Options{Limits: limits})
	s.conn.Notify("stuck", nil)
	synctest.Wait()
	return s
}

// receiveNames returns the methods of the next n notifications.
func (s *server) receiveNames(n int) string {
	s.t.Helper()
	var names []string
	for range n {
		_, rest, _ := strings.Cut(s.receive(), `"method":"`)
		name, _, _ := strings.Cut(rest, `"`)
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestNewerEventReplacesUnsent(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := queued(t, Limits{})
		about := func(key string) Delivery { return Delivery{Key: key} }
		s.conn.Delivering(about("a")).Notify("a1", nil)
		s.conn.Delivering(about("b")).Notify("b1", nil)
		s.conn.Notify("other", nil)
		s.conn.Delivering(about("a")).Notify("a2", nil)
		if got, want := s.receiveNames(4), "stuck b1 other a2"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		s.conn.Delivering(about("a")).Notify("a3", nil)
		if got, want := s.receiveNames(1), "a3"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestReplacedEventsTakeNoRoom(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := queued(t, Limits{MaxQueuedBytes: 1000})
		for range 100_000 {
			s.conn.Delivering(Delivery{Key: "progress"}).Notify("progress", nil)
		}
		s.conn.out.mu.Lock()
		length, bytes := len(s.conn.out.queue), s.conn.out.bytes
		s.conn.out.mu.Unlock()
		if length > 200 || bytes > 200 {
			t.Errorf("%d frames and %d bytes are queued", length, bytes)
		}
		if got, want := s.receiveNames(2), "stuck progress"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestLogLinesAreDroppedAndCounted(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := queued(t, Limits{MaxQueuedBytes: 1000})
		lines := s.conn.Delivering(Delivery{Lossy: true})
		for i := range 100 {
			lines.Notify("line", i)
		}
		s.conn.Notify("event", nil)
		var got []string
		for last := ""; !strings.Contains(last, "eventsDropped"); got = append(got, last) {
			last = s.receive()
		}
		kept := len(got) - len([]string{"stuck", "event", "dropped"})
		if want := fmt.Sprintf(`"params":{"count":%d}`, 100-kept); kept < 5 || !strings.Contains(got[len(got)-1], want) {
			t.Errorf("kept %d lines, then %s", kept, got[len(got)-1])
		}
		lines.Notify("again", nil)
		if got := s.receiveNames(1); got != "again" {
			t.Error(got)
		}
	})
}

// After the first dropped line the queue has to be half empty before the next is
// let in: one gap that is told of is better than many.
func TestLogLinesStayOutUntilThereIsRoom(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := queued(t, Limits{MaxQueuedBytes: 1000})
		event := strings.Repeat("x", 300)
		for range 2 {
			s.conn.Notify("event", []string{event})
		}
		lines := s.conn.Delivering(Delivery{Lossy: true})
		lines.Notify("long", []string{event})
		lines.Notify("short", nil)
		s.receiveNames(3)
		if got := s.receive(); !strings.Contains(got, `"params":{"count":2}`) {
			t.Error(got)
		}
	})
}

// A peer that reads nothing is told from one that reads slowly, and from one
// that is stopped and has little to read.
func TestSlowConsumer(t *testing.T) {
	limits := Limits{MaxQueuedBytes: 100_000, SlowConsumer: 30 * time.Second}
	line := strings.Repeat("x", 10_000)

	bubble(t, "reads nothing", func(t *testing.T) {
		s := serve(t, Options{Limits: limits})
		begin := time.Now()
		for range 12 {
			s.conn.Notify("event", line)
		}
		if err := <-s.served; !errors.Is(err, ErrSlowConsumer) {
			t.Errorf("Serve: %v", err)
		}
		if d := time.Since(begin); d != 30*time.Second {
			t.Errorf("disconnected after %v", d)
		}
	})
	bubble(t, "leaves log lines unread", func(t *testing.T) {
		s := serve(t, Options{Limits: limits})
		for range 50 {
			s.conn.Delivering(Delivery{Lossy: true}).Notify("line", line)
		}
		if err := <-s.served; !errors.Is(err, ErrSlowConsumer) {
			t.Errorf("Serve: %v", err)
		}
	})
	bubble(t, "leaves answers unread", func(t *testing.T) {
		s := serve(t, Options{Limits: limits})
		s.send(slices.Repeat([]string{`{"jsonrpc":"2.0","id":1,"method":"large"}`}, 5)...)
		if err := <-s.served; !errors.Is(err, ErrSlowConsumer) {
			t.Errorf("Serve: %v", err)
		}
	})
	bubble(t, "is flooded", func(t *testing.T) {
		s := serve(t, Options{Limits: limits})
		begin := time.Now()
		for range 45 {
			s.conn.Notify("event", line)
		}
		if err := <-s.served; !errors.Is(err, ErrSlowConsumer) || time.Since(begin) != 0 {
			t.Errorf("Serve: %v after %v", err, time.Since(begin))
		}
	})
	bubble(t, "reads slowly", func(t *testing.T) {
		s := serve(t, Options{Limits: limits})
		for range 39 {
			s.conn.Notify("event", line)
		}
		for range 5 {
			time.Sleep(29 * time.Second)
			if _, err := io.CopyN(io.Discard, s.raw, chunkBytes); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.conn.Err(); err != nil {
			t.Error(err)
		}
	})
	bubble(t, "is stopped", func(t *testing.T) {
		s := serve(t, Options{Limits: limits})
		s.conn.Notify("event", line)
		time.Sleep(time.Hour)
		if got := s.receiveNames(1); got != "event" {
			t.Error(got)
		}
	})
}

func TestReadingPausesWhileAnswersAreUnread(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{Limits: Limits{MaxQueuedBytes: 200_000}})
		var requests []string
		for i := range 50 {
			requests = append(requests, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"large"}`, i))
		}
		s.send(requests...)
		synctest.Wait()
		s.conn.out.mu.Lock()
		if n := s.conn.out.bytes; n > 500_000 {
			t.Errorf("%d bytes are queued", n)
		}
		s.conn.out.mu.Unlock()
		for i := range 50 {
			if got := s.receive(); !strings.HasPrefix(got, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result"`, i)) {
				t.Fatalf("answer %d: %.80s", i, got)
			}
		}
	})
}

func TestFlush(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := queued(t, Limits{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.conn.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with an unread event: %v", err)
		}
		go s.receive()
		if err := s.conn.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		_ = s.conn.Close()
		if err := s.conn.Flush(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

// A method that runs on the read loop may be answered by another goroutine, which
// trusts the loop to write the answer. The loop may have flushed just before.
func TestAnswerThatMissesTheFlush(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		synctest.Wait() // the read loop waits for its peer
		s.conn.answer([]byte(`{"late":true}`))
		synctest.Wait()
		if got := s.receive(); got != `{"late":true}` {
			t.Errorf("got %s", got)
		}
	})
}
