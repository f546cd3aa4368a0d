package conformance

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/tomledger/tomledger/rpc"
)

// TestCoverage names every method, event and error code that no exchange shows.
func TestCoverage(t *testing.T) {
	shown := shownNames(t)
	for _, m := range rpc.Methods() {
		if !shown[m.Name] {
			t.Errorf("no exchange shows a result of %s", m.Name)
		}
	}
	for _, name := range append(rpc.EventNames(), rpc.NotificationCancelRequest) {
		if !shown[name] && notShown(name) == "" {
			t.Errorf("no exchange shows %s", name)
		}
	}
	for _, code := range rpc.Codes() {
		name := "error " + code.String()
		switch why := notShown(code.String()); {
		case !shown[name] && why == "":
			t.Errorf("no exchange shows the error %s", code)
		case shown[name] && why != "":
			t.Errorf("the error %s is shown, although: %s", code, why)
		}
	}
}

// notShown says why an event or error code can't be shown by an exchange.
func notShown(name string) string {
	switch name {
	case "ledger/eventsDropped", "overloaded":
		return "it takes a flood; rpc/wire tests it"
	case "internalError":
		return "it is a fault of the sidecar"
	case "unauthorized", "notSupported", "resourceNotFound":
		return "nothing answers it yet"
	case "sessionLost":
		return "nobody is declared lost yet"
	case "lockTimeout", "storageFailed", "corrupt", "formatTooNew":
		return "it takes a damaged or locked ledger; packages ledger and sidecar test it"
	}
	return ""
}

// shownNames lists the methods that have a result, the notifications, and
// "error NAME" for each error.
func shownNames(t *testing.T) map[string]bool {
	shown := map[string]bool{"initialize": true}
	eachMessage(t, func(_ Exchange, _ Step, request string, m message) {
		switch {
		case m.Error != nil:
			shown["error "+m.Error.Code.String()] = true
		case m.Result != nil:
			shown[request] = true
		case m.ID == nil:
			shown[m.Method] = true
		}
	})
	return shown
}

// message is any message.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *rpc.Error      `json:"error"`
}

// eachMessage calls f for each message, those of batches one by one, with the
// method of the request if it is an answer.
func eachMessage(t *testing.T, f func(e Exchange, s Step, request string, m message)) {
	exchanges, err := Exchanges()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exchanges {
		requests := map[string]string{} // method by client and id
		for _, s := range e.Steps {
			if s.Kind != Send && s.Kind != Receive {
				continue
			}
			batch := s.Message
			if !strings.HasPrefix(batch, "[") {
				batch = "[" + batch + "]"
			}
			var messages []message
			if err := json.Unmarshal([]byte(batch), &messages); err != nil {
				continue // a test of how such requests are refused
			}
			for _, m := range messages {
				key := s.Client + " " + string(m.ID)
				if s.Kind == Send {
					requests[key] = m.Method
				}
				f(e, s, requests[key], m)
			}
		}
	}
}

// TestMessagesFitTheSchema decodes everything that is received into the type
// that the schema has for it, and allows no field that the type doesn't know.
func TestMessagesFitTheSchema(t *testing.T) {
	results, sink := resultTypes(), rpc.EventClient{Notifier: recorder{}}
	eachMessage(t, func(e Exchange, s Step, request string, m message) {
		fits := func(raw json.RawMessage, into reflect.Type, what string) {
			d := json.NewDecoder(strings.NewReader(string(raw)))
			d.DisallowUnknownFields()
			if err := d.Decode(reflect.New(into).Interface()); err != nil {
				t.Errorf("%s:%d: %s: %v", e.File, s.Line, what, err)
			}
		}
		switch {
		case m.Error != nil:
			fits(m.Error.Data, reflect.TypeFor[rpc.ErrorData](), "error data")
			if name := m.Error.Details().Code; name != m.Error.Code.String() {
				t.Errorf("%s:%d: the error %d is called %s, not %s", e.File, s.Line, m.Error.Code, m.Error.Code, name)
			}
		case m.Result != nil:
			fits(m.Result, results[request], "result of "+request)
		case s.Kind == Receive:
			if known, err := rpc.DispatchEvent(m.Method, m.Params, sink); !known || err != nil {
				t.Errorf("%s:%d: event %s: known %v, error %v", e.File, s.Line, m.Method, known, err)
			}
		}
	})
}

// resultTypes finds the types of all results by calling each method of the
// generated client.
func resultTypes() map[string]reflect.Type {
	results := recorder{}
	client := reflect.ValueOf(rpc.Client{Caller: results, Notifier: results})
	for i := range client.NumMethod() {
		var args []reflect.Value
		for j := range client.Method(i).Type().NumIn() {
			args = append(args, reflect.Zero(client.Method(i).Type().In(j)))
		}
		client.Method(i).Call(args)
	}
	return results
}

// recorder remembers the type of each method's result.
type recorder map[string]reflect.Type

func (r recorder) Call(_ context.Context, method string, _, result any) error {
	r[method] = reflect.TypeOf(result).Elem()
	return nil
}

func (recorder) Notify(string, any) {}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"cli --> {}":                   "x.io:1: begin an exchange",
		"=== a\n\ncli --> {":           "x.io:3: after --> comes a message in JSON",
		"=== a\ncli ==> {}":            "x.io:2: this is JSON: send it with -->",
		"=== a\ncli closes now":        "x.io:2: nothing comes after closes",
		"=== a\n# c\ncli says {}":      "x.io:3: a step is",
		"=== a\ncli <-- {\"id\":1} {}": "x.io:2: after <-- comes",
	} {
		if _, err := Parse("x.io", text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Parse(%q) = %v, want %s", text, err, want)
		}
	}
}

func TestMatch(t *testing.T) {
	same := [][2]string{
		{`{"operationId":"op_1","callId":"call_1"}`, `{"callId":"call_7","operationId":"op_9"}`},
		{`{"operationId":"op_1"}`, `{"operationId":"op_9"}`},
		{`{"reason":"call call_1 of cli failed"}`, `{"reason":"call call_7 of cli failed"}`},
		{`{"at":"2026-01-22T14:30:45.123Z","durationMs":3}`, `{"at":"2027-01-22T14:30:45.000Z","durationMs":4}`},
		{`{"data":"<any>"}`, `{"data":[1,{}]}`},
		{`{"error":{"message":"a"}}`, `{"error":{"message":"b"}}`},
		{`{"limits":{"maxLabels":1}}`, `{"limits":{"maxLabels":2}}`},
		{`[1,null,true]`, `[1,null,true]`},
	}
	differ := [][2]string{
		{`{"operationId":"op_1"}`, `{"operationId":"z"}`},
		{`{"operationId":"op_1"}`, `{"operationId":7}`},
		{`{"a":1}`, `{"a":2}`}, {`{"a":1}`, `{}`}, {`{}`, `{"a":1}`}, {`[1]`, `[1,2]`}, {`{}`, `[]`}, {`[]`, `{}`},
		{`{"progress":{"message":"a"}}`, `{"progress":{"message":"b"}}`},
		{`{"durationMs":3}`, `{"durationMs":"3"}`}, {`{"a":null}`, `{"a":false}`},
	}
	var n Names
	for _, pair := range same {
		if err := n.Match(pair[0], pair[1]); err != nil {
			t.Errorf("Match(%s, %s): %v", pair[0], pair[1], err)
		}
	}
	for _, pair := range differ {
		if n.Match(pair[0], pair[1]) == nil {
			t.Errorf("Match(%s, %s) found no difference", pair[0], pair[1])
		}
	}
	if got, want := n.Live(`{"callIds":["call_1"],"x":"/l/op_1/y"}`), `{"callIds":["call_7"],"x":"/l/op_9/y"}`; got != want {
		t.Errorf("Live: %s, want %s", got, want)
	}
}
