package gen

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// openRPCVersion is the newest version that the official meta-schema knows.
const openRPCVersion = "1.3.2"

// The parts of an OpenRPC document that we use. See https://spec.open-rpc.org.
type (
	openRPCDocument struct {
		OpenRPC    string            `json:"openrpc"`
		Info       openRPCInfo       `json:"info"`
		Methods    []openRPCMethod   `json:"methods"`
		Components openRPCComponents `json:"components"`
	}
	openRPCInfo struct {
		Title       string         `json:"title"`
		Version     string         `json:"version"`
		Description string         `json:"description"`
		License     openRPCLicense `json:"license"`
	}
	openRPCLicense struct {
		Name string `json:"name"`
	}
	openRPCMethod struct {
		Name           string           `json:"name"`
		Description    string           `json:"description"`
		Tags           []openRPCTag     `json:"tags"`
		ParamStructure string           `json:"paramStructure"`
		Params         []openRPCContent `json:"params"`
		Result         *openRPCContent  `json:"result,omitempty"`
		Errors         []openRPCRef     `json:"errors,omitempty"`
		// Sender is who sends it, if it isn't the client.
		Sender    string `json:"x-sender,omitempty"`
		Mutating  bool   `json:"x-mutating,omitempty"`
		Waits     bool   `json:"x-waits,omitempty"`
		Overtakes bool   `json:"x-overtakes,omitempty"`
		Always    bool   `json:"x-always,omitempty"`
	}
	openRPCTag struct {
		Name string `json:"name"`
	}
	openRPCContent struct {
		Name        string     `json:"name"`
		Description string     `json:"description,omitempty"`
		Required    bool       `json:"required,omitempty"`
		Schema      jsonSchema `json:"schema"`
	}
	openRPCRef struct {
		Ref string `json:"$ref"`
	}
	openRPCComponents struct {
		Schemas map[string]jsonSchema   `json:"schemas"`
		Errors  map[string]openRPCError `json:"errors"`
	}
	openRPCError struct {
		Code    int64            `json:"code"`
		Message string           `json:"message"`
		Data    openRPCErrorData `json:"data"`
	}
	openRPCErrorData struct {
		Code string `json:"code"`
	}
)

// emitOpenRPC writes the OpenRPC document. Notifications are methods without a
// result, as OpenRPC has it, and x-sender marks what a sidecar sends.
func emitOpenRPC(s *Schema) ([]byte, error) {
	d := openRPCDocument{
		OpenRPC: openRPCVersion,
		Info: openRPCInfo{
			Title:       "Tom Ledger",
			Version:     s.Version,
			Description: "The shared record of an operation that several processes work on. See protocol.md for framing, lifecycle and ordering. x-mutating methods take a requestKey; x-waits methods may take long and hold nothing up; x-overtakes methods need not wait for earlier requests; x-always methods are answered before initialize; what has an x-sender is sent by the sidecar.",
			License:     openRPCLicense{"BSD-3-Clause"},
		},
		Components: openRPCComponents{Schemas: map[string]jsonSchema{}, Errors: map[string]openRPCError{}},
	}
	for _, m := range s.Methods {
		d.Methods = append(d.Methods, openRPCRequest(m, ""))
	}
	for _, m := range s.Requests {
		d.Methods = append(d.Methods, openRPCRequest(m, "sidecar"))
	}
	for _, n := range s.ClientNotifications {
		d.Methods = append(d.Methods, openRPCNotification(n, ""))
	}
	for _, n := range s.Notifications {
		d.Methods = append(d.Methods, openRPCNotification(n, "sidecar"))
	}
	inParams, _ := reachable(slices.Concat(s.Methods, s.Requests))
	onlyParams := paramStructs(s)
	for _, st := range s.Structs {
		if !onlyParams[st] {
			d.Components.Schemas[st.Name] = structSchema(st, inParams[st])
		}
	}
	for _, e := range s.Enums {
		d.Components.Schemas[e.Name] = enumSchema(e)
	}
	for _, c := range s.Codes {
		d.Components.Errors[c.Name] = openRPCError{c.Number, oneLine(description(c.GoName, c.Doc)), openRPCErrorData{c.Name}}
	}
	return encodeJSON(d)
}

func openRPCRequest(m *Method, sender string) openRPCMethod {
	errors := []openRPCRef{}
	for _, c := range m.allErrors() {
		errors = append(errors, openRPCRef{"#/components/errors/" + c})
	}
	return openRPCMethod{
		Name: m.Name, Description: oneLine(description(m.GoName, m.Doc)), Tags: []openRPCTag{{noun(m.Name)}},
		ParamStructure: "by-name", Params: openRPCParams(m.Params, true),
		Result: &openRPCContent{Name: lowerFirst(m.Result.Name), Schema: refSchema(m.Result.Name)},
		Errors: errors, Sender: sender,
		Mutating: m.Mutating, Waits: m.Waits, Overtakes: m.Overtakes, Always: m.Always,
	}
}

func openRPCNotification(n *Notification, sender string) openRPCMethod {
	return openRPCMethod{
		Name: n.Name, Description: oneLine(description(n.GoName, n.Doc)), Tags: []openRPCTag{{noun(n.Name)}},
		ParamStructure: "by-name", Params: openRPCParams(n.Params, false), Sender: sender,
	}
}

func openRPCParams(st *Struct, checked bool) []openRPCContent {
	params := []openRPCContent{}
	for _, f := range st.Fields {
		params = append(params, openRPCContent{
			Name: f.Name, Description: oneLine(description(f.GoName, f.Doc)),
			Required: !f.Optional, Schema: fieldSchema(f, checked),
		})
	}
	return params
}

// paramStructs finds the structs that are written out as parameters and that
// nothing refers to.
func paramStructs(s *Schema) map[*Struct]bool {
	params := map[*Struct]bool{}
	for _, m := range slices.Concat(s.Methods, s.Requests) {
		params[m.Params] = !isField(s, m.Params)
	}
	for _, n := range slices.Concat(s.ClientNotifications, s.Notifications) {
		params[n.Params] = !isField(s, n.Params)
	}
	for _, m := range slices.Concat(s.Methods, s.Requests) {
		delete(params, m.Result)
	}
	return params
}

// noun is what a method is about: the part before the slash.
func noun(name string) string {
	before, _, found := strings.Cut(name, "/")
	if !found || before == "$" {
		return "lifecycle"
	}
	return before
}

// encodeJSON writes indented JSON without escaping what only HTML minds.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// oneLine joins the lines of a comment.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
