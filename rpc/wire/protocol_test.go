package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/rpc"
)

func TestAnswers(t *testing.T) {
	tests := []struct{ name, request, answer string }{
		{"result", `{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":"<&>"}}`, `{"jsonrpc":"2.0","id":1,"result":{"a":"<&>"}}`},
		{"id 0", `{"jsonrpc":"2.0","id":0,"method":"empty"}`, `{"jsonrpc":"2.0","id":0,"result":{}}`},
		{"id negative", `{"jsonrpc":"2.0","id":-1,"method":"empty"}`, `{"jsonrpc":"2.0","id":-1,"result":{}}`},
		{"id beyond 64 bits", `{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"empty"}`, `{"jsonrpc":"2.0","id":123456789012345678901234567890,"result":{}}`},
		{"id string", `{"jsonrpc":"2.0","id":"a\u0062","method":"empty"}`, `{"jsonrpc":"2.0","id":"a\u0062","result":{}}`},
		{"id empty string", `{"jsonrpc":"2.0","id":"","method":"empty"}`, `{"jsonrpc":"2.0","id":"","result":{}}`},
		{"escaped names", `{"jsonrpc":"2.0","id":1,"\u006dethod":"\u0065mpty"}`, `{"jsonrpc":"2.0","id":1,"result":{}}`},
		{"unknown member", `{"jsonrpc":"2.0","id":1,"method":"empty","meta":[{"id":2}]}`, `{"jsonrpc":"2.0","id":1,"result":{}}`},
		{"white space", " {\n\"jsonrpc\" : \"2.0\" ,\t\"id\" : 1 , \"method\":\"echo\", \"params\" : [ 1 , 2 ] } ", `{"jsonrpc":"2.0","id":1,"result":[1,2]}`},
		{"params null", `{"jsonrpc":"2.0","id":1,"method":"echo","params":null}`, ""},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, Options{})
			got := s.ask(tt.request)
			if tt.answer != "" && got != tt.answer {
				t.Errorf("got  %s\nwant %s", got, tt.answer)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name, request string
		id            string
		code          rpc.Code
	}{
		{"malformed", `{"jsonrpc":"2.0","id":1,`, "null", rpc.CodeParseError},
		{"empty body", ``, "null", rpc.CodeParseError},
		{"second value", `{"jsonrpc":"2.0","id":1,"method":"empty"}{"jsonrpc":"2.0","id":2,"method":"empty"}`, "null", rpc.CodeParseError},
		{"invalid UTF-8", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{\"a\":\"\xff\"}}", "null", rpc.CodeParseError},
		{"too deep", `{"jsonrpc":"2.0","id":1,"method":"echo","params":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, "null", rpc.CodeParseError},
		{"no object", `1`, "null", rpc.CodeInvalidRequest},
		{"empty object", `{}`, "null", rpc.CodeInvalidRequest},
		{"no version", `{"id":1,"method":"empty"}`, "1", rpc.CodeInvalidRequest},
		{"version 1.0", `{"jsonrpc":"1.0","id":1,"method":"empty"}`, "1", rpc.CodeInvalidRequest},
		{"version number", `{"jsonrpc":2.0,"id":1,"method":"empty"}`, "1", rpc.CodeInvalidRequest},
		{"no method", `{"jsonrpc":"2.0","id":1}`, "1", rpc.CodeInvalidRequest},
		{"method number", `{"jsonrpc":"2.0","id":1,"method":1}`, "1", rpc.CodeInvalidRequest},
		{"params text", `{"jsonrpc":"2.0","id":1,"method":"echo","params":"a"}`, "1", rpc.CodeInvalidRequest},
		{"id null", `{"jsonrpc":"2.0","id":null,"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id fraction", `{"jsonrpc":"2.0","id":1.5,"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id exponent", `{"jsonrpc":"2.0","id":1e3,"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id object", `{"jsonrpc":"2.0","id":{},"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id true", `{"jsonrpc":"2.0","id":true,"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id long", `{"jsonrpc":"2.0","id":"` + strings.Repeat("x", 300) + `","method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"id twice", `{"jsonrpc":"2.0","id":1,"id":2,"method":"empty"}`, "null", rpc.CodeInvalidRequest},
		{"method twice", `{"jsonrpc":"2.0","id":1,"method":"empty","method":"echo"}`, "1", rpc.CodeInvalidRequest},
		{"request and response", `{"jsonrpc":"2.0","id":1,"method":"empty","result":1}`, "1", rpc.CodeInvalidRequest},
		{"unknown method", `{"jsonrpc":"2.0","id":1,"method":"operation/fly"}`, "1", rpc.CodeMethodNotFound},
		{"name in another case", `{"jsonrpc":"2.0","id":1,"Method":"empty"}`, "1", rpc.CodeInvalidRequest},
		{"empty batch", `[]`, "null", rpc.CodeInvalidRequest},
		{"error of the ledger", `{"jsonrpc":"2.0","id":1,"method":"ledgerError"}`, "1", rpc.CodeCallNotFound},
		{"plain error", `{"jsonrpc":"2.0","id":1,"method":"plainError"}`, "1", rpc.CodeInternalError},
		{"panic", `{"jsonrpc":"2.0","id":1,"method":"panic"}`, "1", rpc.CodeInternalError},
		{"panic while waiting", `{"jsonrpc":"2.0","id":1,"method":"panicWaiting"}`, "1", rpc.CodeInternalError},
		{"result without JSON", `{"jsonrpc":"2.0","id":1,"method":"unencodable"}`, "1", rpc.CodeInternalError},
		{"panic while encoding", `{"jsonrpc":"2.0","id":1,"method":"panicEncoding"}`, "1", rpc.CodeInternalError},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, Options{})
			got := s.ask(tt.request)
			if !strings.HasPrefix(got, `{"jsonrpc":"2.0","id":`+tt.id+`,"error"`) || errorCode(t, got) != tt.code {
				t.Errorf("got %s, want id %s and code %d", got, tt.id, tt.code)
			}
			if got := s.ask(`{"jsonrpc":"2.0","id":9,"method":"empty"}`); got != `{"jsonrpc":"2.0","id":9,"result":{}}` {
				t.Errorf("afterwards: %s", got)
			}
		})
	}
}

func TestUnknownMethodIsNamed(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		if got := s.ask(`{"jsonrpc":"2.0","id":1,"method":"operation/fly"}`); !strings.Contains(got, "operation/fly") {
			t.Error(got)
		}
	})
}

// Nothing below may be answered; the request after it is.
func TestNotAnswered(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		for _, message := range []string{
			`{"jsonrpc":"2.0","method":"echo"}`,
			`{"jsonrpc":"2.0","method":"panic"}`,
			`{"jsonrpc":"2.0","method":"unknown"}`,
			`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":77}}`,
			`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}`,
			`{"jsonrpc":"2.0","method":"$/cancelRequest","params":[]}`,
			`{"jsonrpc":"2.0","method":"$/cancelRequest"}`,
			`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}`,
			`{"jsonrpc":"2.0","id":5,"result":1}`,
			`{"jsonrpc":"2.0","id":{},"result":1}`,
			`{"id":5,"error":"?"}`,
			`[{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","method":"unknown"}]`,
		} {
			s := serve(t, Options{})
			s.send(message, `{"jsonrpc":"2.0","id":9,"method":"empty"}`)
			if got := s.receive(); got != `{"jsonrpc":"2.0","id":9,"result":{}}` {
				t.Errorf("%s: %s", message, got)
			}
		}
	})
}

func TestReplyOnce(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		s.send(`{"jsonrpc":"2.0","id":1,"method":"twice"}`, `{"jsonrpc":"2.0","id":2,"method":"empty"}`)
		if got := s.receive(); got != `{"jsonrpc":"2.0","id":1,"result":1}` {
			t.Error(got)
		}
		if got := s.receive(); got != `{"jsonrpc":"2.0","id":2,"result":{}}` {
			t.Error(got)
		}
	})
}

func TestBatch(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		s.send(`[{"jsonrpc":"2.0","id":1,"method":"later","params":[1]}, 1, {"jsonrpc":"2.0","method":"empty"},
			{"jsonrpc":"2.0","id":"b","method":"empty"}, [], {"jsonrpc":"2.0","id":3,"method":"wait"},
			{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":3}}]`)
		<-s.table.started
		close(s.table.release)
		var answers []struct {
			ID     json.RawMessage
			Result json.RawMessage
			Error  *rpc.Error
		}
		if err := json.Unmarshal([]byte(s.receive()), &answers); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, a := range answers {
			got += fmt.Sprintf("%s:%s", a.ID, a.Result)
			if a.Error != nil {
				got += fmt.Sprint(int(a.Error.Code))
			}
			got += " "
		}
		if want := `1:[1] null:-32600 "b":{} null:-32600 3:-32800 `; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestBatchLimit(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{Limits: Limits{MaxQueuedRequests: 3}})
		got := s.ask(`[1,2,3,4,5,6]`)
		if strings.Count(got, `"error"`) != 4 || !strings.Contains(got, "1003") {
			t.Error(got)
		}
	})
}

func TestResultTooLarge(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{Limits: Limits{MaxFrameBytes: 50_000}})
		if got := s.ask(`{"jsonrpc":"2.0","id":1,"method":"large"}`); errorCode(t, got) != rpc.CodeLimitExceeded {
			t.Errorf("%.200s", got)
		}
	})
}

func TestAdmit(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{Admit: func(m *rpc.Method) error {
			if m.Name == "echo" {
				return rpc.NewError(rpc.CodeNotInitialized, "Send initialize first.", rpc.ErrorData{})
			}
			return nil
		}})
		if got := s.ask(`{"jsonrpc":"2.0","id":1,"method":"echo"}`); errorCode(t, got) != rpc.CodeNotInitialized {
			t.Error(got)
		}
		if got := s.ask(`{"jsonrpc":"2.0","id":1,"method":"empty"}`); errorCode(t, got) != 0 {
			t.Error(got)
		}
	})
}

func TestCancel(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		s.send(`{"jsonrpc":"2.0","id":"a","method":"wait"}`)
		<-s.table.started
		s.send(`{"jsonrpc":"2.0","id":"a","method":"wait"}`)
		if got := s.receive(); errorCode(t, got) != rpc.CodeInvalidRequest {
			t.Errorf("an id in progress: %s", got)
		}
		s.send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"\u0061"}}`)
		if got := s.receive(); !strings.HasPrefix(got, `{"jsonrpc":"2.0","id":"a","error":{"code":-32800`) {
			t.Error(got)
		}
	})
}

func TestOverloaded(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{Limits: Limits{MaxQueuedRequests: 1}})
		s.send(`{"jsonrpc":"2.0","id":1,"method":"later","params":[1]}`, `{"jsonrpc":"2.0","id":2,"method":"wait"}`,
			`{"jsonrpc":"2.0","id":3,"method":"empty"}`, `{"jsonrpc":"2.0","id":5,"method":"wait"}`)
		if got := s.receive(); !strings.Contains(got, `"id":3,"error":{"code":1004`) {
			t.Error(got)
		}
		if got := s.receive(); !strings.Contains(got, `"id":5,"error":{"code":1004`) {
			t.Error(got)
		}
		close(s.table.release)
		if got := s.receive(); got != `{"jsonrpc":"2.0","id":1,"result":[1]}` {
			t.Error(got)
		}
		if got := s.ask(`{"jsonrpc":"2.0","id":4,"method":"empty"}`); errorCode(t, got) != 0 {
			t.Error(got)
		}
	})
}

// What a waiting method was given stays, whatever is read meanwhile.
func TestWaitingMethodKeepsItsParams(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		s := serve(t, Options{})
		s.send(`{"jsonrpc":"2.0","id":1,"method":"waitThenEcho","params":["mine"]}`)
		<-s.table.started
		for range 2 * readBuffer / 60 { // overwrites the buffer
			s.ask(`{"jsonrpc":"2.0","id":2,"method":"echo","params":["other"]}`)
		}
		close(s.table.release)
		if got := s.receive(); got != `{"jsonrpc":"2.0","id":1,"result":["mine"]}` {
			t.Error(got)
		}
	})
}
