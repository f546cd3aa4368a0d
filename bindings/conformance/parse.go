package conformance

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Exchange is what happens between clients and one sidecar on an empty ledger.
type Exchange struct {
	// File and Line say where it stands.
	File string
	Line int
	// Title says what it shows.
	Title string
	// Steps are what happens, in order.
	Steps []Step
}

// Step is one line of an exchange.
type Step struct {
	// Line is its number in the file.
	Line int
	// Client names the connection.
	Client string
	// Kind says what happens.
	Kind Kind
	// Message is what is sent or received: JSON, unless Kind is SendText.
	Message string
}

// Kind is what happens in a step.
type Kind string

// The kinds of steps, as they are written.
const (
	// Send sends a message.
	Send Kind = "-->"
	// SendText sends what is no JSON.
	SendText Kind = "==>"
	// Receive gets a message.
	Receive Kind = "<--"
	// Initializes has the client introduce itself, as the participant that the
	// connection is called, with request id 1. It is accepted.
	Initializes Kind = "initializes"
	// Closes closes the connection.
	Closes Kind = "closes"
)

// Parse reads the text of an .io file. Errors name the file and the line.
func Parse(file, text string) ([]Exchange, error) {
	var exchanges []Exchange
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if title, ok := strings.CutPrefix(line, "==="); ok {
			exchanges = append(exchanges, Exchange{File: file, Line: n, Title: strings.TrimSpace(title)})
			continue
		}
		step, err := parseStep(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		if len(exchanges) == 0 {
			return nil, fmt.Errorf("%s:%d: begin an exchange with a line \"=== title\"", file, n)
		}
		step.Line = n
		last := &exchanges[len(exchanges)-1]
		last.Steps = append(last.Steps, step)
	}
	return exchanges, nil
}

func parseStep(line string) (Step, error) {
	client, rest, _ := strings.Cut(line, " ")
	kind, message, _ := strings.Cut(rest, " ")
	s := Step{Client: client, Kind: Kind(kind), Message: message}
	switch s.Kind {
	case Send, Receive:
		if !json.Valid([]byte(message)) {
			return s, fmt.Errorf("after %s comes a message in JSON", kind)
		}
	case SendText:
		if json.Valid([]byte(message)) {
			return s, fmt.Errorf("this is JSON: send it with %s", Send)
		}
	case Initializes, Closes:
		if message != "" {
			return s, fmt.Errorf("nothing comes after %s", kind)
		}
	default:
		return s, fmt.Errorf("a step is \"NAME -->\", \"NAME ==>\", \"NAME <--\", \"NAME initializes\" or \"NAME closes\"")
	}
	return s, nil
}
