package wire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/tomledger/tomledger/rpc"
)

// framing is how messages are told apart.
type framing int32

const (
	framingHeader framing = iota
	framingNewline
)

const (
	// readBuffer is the read buffer of a connection. A message that fits is
	// never copied.
	readBuffer = 16 << 10
	// skipFactor times the frame limit is what is thrown away to find the next
	// frame.
	skipFactor = 4
)

// frameError is a frame that can't be delivered.
type frameError struct {
	// answer is what the peer is told, with id null.
	answer *rpc.Error
	// cause ends the connection; nil if the next frame can be found.
	cause error
}

func (e *frameError) Error() string { return e.answer.Message }

func (e *frameError) Unwrap() error { return e.cause }

// frameReader cuts a stream into messages.
type frameReader struct {
	br      *bufio.Reader
	limits  Limits
	started bool
	framing framing
	consume int          // bytes of br that the last body still occupies
	large   bytes.Buffer // the last body, if it did not fit into br
}

func newFrameReader(r io.Reader, limits Limits) *frameReader {
	return &frameReader{br: bufio.NewReaderSize(r, readBuffer), limits: limits}
}

// next returns the next message, valid until the next call. Its error is io.EOF
// at the end of the stream between messages, a *frameError, or wraps
// ErrHalfFrame or the reader's own.
func (r *frameReader) next() ([]byte, error) {
	r.release()
	if !r.started {
		first, err := r.br.Peek(1)
		if err != nil {
			return nil, err
		}
		if first[0] == '{' || first[0] == '[' {
			r.framing = framingNewline
		}
		r.started = true
	}
	if r.framing == framingNewline {
		return r.nextLine()
	}
	n, err := r.header()
	if err != nil {
		return nil, err
	}
	if n > r.limits.MaxFrameBytes {
		return nil, r.skipBody(n)
	}
	return r.body(n)
}

// release gives up the last body.
func (r *frameReader) release() {
	_, _ = r.br.Discard(r.consume) // it is buffered: it was peeked
	r.consume = 0
	if r.large.Cap() > 4*readBuffer {
		r.large = bytes.Buffer{}
	}
	r.large.Reset()
}

// body reads n bytes: in place if they fit into the buffer, otherwise into
// memory that grows with what arrives, not with what was announced.
func (r *frameReader) body(n int) ([]byte, error) {
	if n <= r.br.Size() {
		b, err := r.br.Peek(n)
		if err != nil {
			return nil, insideFrame(err)
		}
		r.consume = n
		return b, nil
	}
	if _, err := io.CopyN(&r.large, r.br, int64(n)); err != nil {
		return nil, insideFrame(err)
	}
	return r.large.Bytes(), nil
}

// skipBody refuses a body that is too large, and throws it away if that ends.
func (r *frameReader) skipBody(n int) error {
	refused := &frameError{answer: tooLarge(r.limits.MaxFrameBytes)}
	if n/skipFactor > r.limits.MaxFrameBytes {
		refused.cause = fmt.Errorf("%w: %d bytes announced", ErrFrameTooLarge, n)
		return refused
	}
	if _, err := io.CopyN(io.Discard, r.br, int64(n)); err != nil {
		return insideFrame(err)
	}
	return refused
}

// header reads a header block and returns the length it announces.
func (r *frameReader) header() (int, error) {
	length, size := -1, 0
	for {
		line, err := r.br.ReadSlice('\n')
		size += len(line)
		switch {
		case errors.Is(err, bufio.ErrBufferFull) || size > r.limits.MaxHeaderBytes:
			return 0, malformedHeader("The message header is longer than %d bytes.", r.limits.MaxHeaderBytes)
		case errors.Is(err, io.EOF) && size == 0:
			return 0, io.EOF
		case err != nil:
			return 0, insideFrame(err)
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if length, err = headerField(line, length); err != nil {
			return 0, err
		}
	}
	if length < 0 {
		return 0, malformedHeader("The message header has no Content-Length.")
	}
	return length, nil
}

// headerField reads one line of a header, given the length known so far, and
// returns the length known now. Fields other than Content-Length are ignored.
func headerField(line []byte, length int) (int, error) {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok {
		return 0, malformedHeader("%.60q is not a header line; send Content-Length: N, or begin with { for one message a line.", line)
	}
	if !bytes.EqualFold(name, []byte("Content-Length")) {
		return length, nil
	}
	if length >= 0 {
		return 0, malformedHeader("The message header has more than one Content-Length.")
	}
	n, err := strconv.ParseUint(string(bytes.TrimSpace(value)), 10, 63)
	if err != nil {
		return 0, malformedHeader("Content-Length is %.60q; it must be a number of bytes.", bytes.TrimSpace(value))
	}
	return int(n), nil
}

// nextLine returns the next line that isn't blank, without its end. A last line
// without a newline counts, if it is whole: JSON that is cut off is never valid.
func (r *frameReader) nextLine() ([]byte, error) {
	for {
		line, err := r.br.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			line, err = r.longLine(line)
		}
		line = bytes.TrimSpace(line)
		switch {
		case err == nil && len(line) > r.limits.MaxFrameBytes:
			return nil, &frameError{answer: tooLarge(r.limits.MaxFrameBytes)}
		case err == nil && len(line) > 0:
			return line, nil
		case err == nil:
			continue // a blank line
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil, io.EOF
		case errors.Is(err, io.EOF) && validJSON(line):
			return line, nil
		default:
			return nil, insideFrame(err)
		}
	}
}

// longLine reads on after a line's beginning filled the buffer. Of a line that is
// too long it keeps enough to show that it is.
func (r *frameReader) longLine(part []byte) ([]byte, error) {
	total, err := 0, bufio.ErrBufferFull
	for {
		total += len(part)
		if r.large.Len() <= r.limits.MaxFrameBytes+len("\r\n") {
			r.large.Write(part)
		}
		if total/skipFactor > r.limits.MaxFrameBytes {
			return nil, &frameError{answer: tooLarge(r.limits.MaxFrameBytes), cause: fmt.Errorf("%w: a line of more than %d bytes", ErrFrameTooLarge, total)}
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return r.large.Bytes(), err
		}
		part, err = r.br.ReadSlice('\n')
	}
}

// insideFrame is err, which hit in the middle of a message.
func insideFrame(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrHalfFrame
	}
	return err // a *frameError, or the transport's own
}

func malformedHeader(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &frameError{
		answer: rpc.NewError(rpc.CodeParseError, text, rpc.ErrorData{}),
		cause:  fmt.Errorf("%w: %s", ErrMalformedHeader, text),
	}
}

// appendFrame appends body to dst as one frame.
func appendFrame(dst []byte, f framing, body []byte) []byte {
	if f == framingNewline {
		return append(append(dst, body...), '\n')
	}
	dst = append(dst, "Content-Length: "...)
	dst = strconv.AppendInt(dst, int64(len(body)), 10)
	dst = append(dst, "\r\n\r\n"...)
	return append(dst, body...)
}
