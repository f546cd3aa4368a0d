package rpc

import (
	"context"
	"encoding/json"
	"fmt"
)

// callFunc is the type of Method.Call.
type callFunc func(ctx context.Context, h Handler, params []byte, reply func(result any, err error))

// bind makes a Method.Call from the generated decode function of a method's
// parameters and the handler's method expression.
func bind[P, R any](decode func(*decoder) P, handle func(Handler, context.Context, *P, Reply[R])) callFunc {
	return func(ctx context.Context, h Handler, params []byte, reply func(any, error)) {
		p, invalid := decodeParams(params, decode)
		if invalid != nil {
			reply(nil, invalid)
			return
		}
		handle(h, ctx, p, func(result *R, err error) {
			if err != nil {
				reply(nil, err)
				return
			}
			reply(complete(result), nil)
		})
	}
}

// listFiller is implemented by the structs that have required lists or maps:
// they must be sent as [] and {} and never as null.
type listFiller interface{ fillLists() }

// complete makes a struct ready to be sent. Nothing at all is the zero value.
// The outer struct is copied, since its owner may be sharing it.
func complete[T any](v *T) *T {
	sent := new(T)
	if v != nil {
		*sent = *v
	}
	if f, ok := any(sent).(listFiller); ok {
		f.fillLists()
	}
	return sent
}

// notNil is the list itself, or an empty one.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// notNilMap is the map itself, or an empty one.
func notNilMap[T any](m map[string]T) map[string]T {
	if m == nil {
		return map[string]T{}
	}
	return m
}

// request sends a request of the generated client.
func request[R, P any](ctx context.Context, c Caller, method string, params *P) (*R, error) {
	result := new(R)
	if err := c.Call(ctx, method, complete(params), result); err != nil {
		return nil, err
	}
	return result, nil
}

// deliver decodes a notification and hands it to its receiver.
func deliver[P any](name string, params []byte, receive func(*P)) error {
	p := new(P)
	if err := json.Unmarshal(params, p); err != nil {
		return fmt.Errorf("decode notification %s: %w", name, err)
	}
	receive(p)
	return nil
}
