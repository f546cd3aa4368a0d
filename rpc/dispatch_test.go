package rpc

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// anyHandler embeds a nil Handler: a method that a test does not override
// panics when it is called.
type anyHandler struct {
	Handler
	got any
}

func (h *anyHandler) CallStart(_ context.Context, p *CallStartParams, reply Reply[CallStartResult]) {
	h.got = p
	reply(&CallStartResult{CallID: "c1"}, nil)
}

func (h *anyHandler) CallSync(_ context.Context, p *CallSyncParams, reply Reply[CallSyncResult]) {
	h.got = p
	reply(nil, nil)
}

func (h *anyHandler) CallEnd(_ context.Context, p *CallEndParams, reply Reply[CallEndResult]) {
	h.got = p
	reply(nil, errors.New("broken"))
}

func call(h Handler, method, params string) (result any, err error) {
	Lookup(method).Call(context.Background(), h, []byte(params), func(r any, e error) { result, err = r, e })
	return result, err
}

func TestCallDecodesAndReplies(t *testing.T) {
	h := &anyHandler{}
	result, err := call(h, "call/start", ` { "unknown":[1,{"a":"]"}], "operationId" : "op\u0031" , "failOnCrash":false, "sessionId":null, "deadlineMs":5 } `)
	if err != nil {
		t.Fatal(err)
	}
	if got := result.(*CallStartResult).CallID; got != "c1" {
		t.Errorf("callId %q", got)
	}
	p := h.got.(*CallStartParams)
	if p.OperationID != "op1" || p.FailOnCrash == nil || *p.FailOnCrash || p.SessionID != 0 || p.DeadlineMs != 5 {
		t.Errorf("decoded %+v", p)
	}
}

func TestCallSendsEmptyListsAndNeverNull(t *testing.T) {
	result, err := call(&anyHandler{}, "call/sync", `{"operationId":"o","callIds":["a"]}`)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "null") {
		t.Errorf("result %s", b)
	}
}

func TestCallPassesErrorsOn(t *testing.T) {
	if _, err := call(&anyHandler{}, "call/end", `{"operationId":"o","callId":"c"}`); err == nil || err.Error() != "broken" {
		t.Errorf("error %v", err)
	}
}
