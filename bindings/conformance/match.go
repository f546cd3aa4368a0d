package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Names are the values of the sidecar's choosing that were recorded, and what
// stands for them in a replay. The zero value knows none.
type Names struct {
	live map[string]string // recorded to live
}

// Live puts the live names into a recorded message.
func (n *Names) Live(message string) string {
	// The longest first: of two that match, a Replacer takes the earlier one.
	recorded := slices.SortedFunc(maps.Keys(n.live), func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, name := range recorded {
		pairs = append(pairs, name, n.live[name])
	}
	return strings.NewReplacer(pairs...).Replace(message)
}

// Match compares a live message with a recorded one by the rules of README.md,
// and learns the names in it. The error names the field that differs.
func (n *Names) Match(recorded, live string) error {
	var want, got any
	if err := decode(recorded, &want); err != nil {
		return err
	}
	if err := decode(live, &got); err != nil {
		return err
	}
	return n.match(nil, want, got)
}

func decode(message string, v any) error {
	d := json.NewDecoder(strings.NewReader(message))
	d.UseNumber() // large integers stay as they are
	return d.Decode(v)
}

func (n *Names) match(path []string, want, got any) error {
	differ := func() error {
		return fmt.Errorf("%s is %s, want %s", strings.Join(path, "."), encode(got), encode(want))
	}
	if want == "<any>" {
		return nil
	}
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok {
			return differ()
		}
		return n.matchObject(path, want, got)
	case []any:
		got, ok := got.([]any)
		if !ok || len(got) != len(want) {
			return differ()
		}
		for i := range want {
			if err := n.match(path, want[i], got[i]); err != nil {
				return err
			}
		}
		return nil
	case string:
		got, ok := got.(string)
		if !ok || !n.matchText(path, want, got) {
			return differ()
		}
		return nil
	case json.Number:
		if _, ok := got.(json.Number); !ok || got != want && !isFree(path) {
			return differ()
		}
		return nil
	default: // true, false, null
		if got != want {
			return differ()
		}
		return nil
	}
}

func (n *Names) matchObject(path []string, want, got map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[name]
		if !ok {
			return fmt.Errorf("%s.%s is missing", strings.Join(path, "."), name)
		}
		if err := n.match(append(slices.Clip(path), name), want[name], value); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			return fmt.Errorf("%s.%s was not expected: %s", strings.Join(path, "."), name, encode(got[name]))
		}
	}
	return nil
}

var instant = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)

func (n *Names) matchText(path []string, want, got string) bool {
	if isFree(path) || instant.MatchString(want) && instant.MatchString(got) {
		return true
	}
	if live, known := n.live[want]; known {
		return got == live
	}
	if len(path) > 0 && isName(path[len(path)-1]) {
		if n.live == nil {
			n.live = map[string]string{}
		}
		n.live[want] = got
		return true
	}
	return got == n.Live(want)
}

// isName tells whether a field holds what the sidecar chooses and what others
// refer to.
func isName(field string) bool {
	switch field {
	case "operationId", "callId", "callIds", "crashedCallIds", "resourceId", "resources", "engineId",
		"connectionId", "resumeToken", "backupPath", "basePath", "path", "next":
		return true
	}
	return false
}

// isFree tells whether a field may have any value of its type.
func isFree(path []string) bool {
	for i, field := range path {
		switch field {
		case "limits", "participantHeartbeatAges", "pid", "owner", "host", "version", "line":
			return true
		case "message":
			if i > 0 && path[i-1] == "error" {
				return true
			}
		}
		if strings.HasSuffix(field, "Ms") {
			return true
		}
	}
	return false
}

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v) // not reached: it was JSON
	}
	return string(b)
}
