package wire

import (
	"bytes"
	"encoding/json"

	"github.com/tomledger/tomledger/rpc"
)

// encodeResult makes a response. id is the request's, as it came.
func encodeResult(id string, result any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"jsonrpc":"2.0","id":`)
	b.WriteString(id)
	b.WriteString(`,"result":`)
	if err := appendJSON(&b, result); err != nil {
		return nil, err
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// encodeError makes an error response. Data that is no JSON is left out: an
// answer that is less helpful is better than none.
func encodeError(id string, e *rpc.Error) []byte {
	var b bytes.Buffer
	b.WriteString(`{"jsonrpc":"2.0","id":`)
	b.WriteString(id)
	b.WriteString(`,"error":`)
	begin := b.Len()
	if appendJSON(&b, e) != nil {
		b.Truncate(begin)
		_ = appendJSON(&b, &rpc.Error{Code: e.Code, Message: e.Message}) // a number and a string always encode
	}
	b.WriteByte('}')
	return b.Bytes()
}

// encodeNotification makes a notification; nil params are left out.
func encodeNotification(method string, params any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"jsonrpc":"2.0","method":`)
	if err := appendJSON(&b, method); err != nil {
		return nil, err
	}
	if params != nil {
		b.WriteString(`,"params":`)
		if err := appendJSON(&b, params); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// appendJSON appends v without escaping for HTML, and turns a panic of its
// marshaler into an error: whoever replies may be no handler's goroutine.
func appendJSON(b *bytes.Buffer, v any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p}
		}
	}()
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // Encode's newline
	return nil
}
