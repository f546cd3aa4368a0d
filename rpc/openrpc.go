package rpc

import (
	_ "embed" // for the document below
	"encoding/json"
)

// openRPC is a string so that nobody can change it.
//
//go:embed openrpc.json
var openRPC string

// OpenRPC returns this contract as an OpenRPC document, which is what
// rpc.discover answers.
func OpenRPC() *OpenRPCDocument {
	d := new(OpenRPCDocument)
	if err := json.Unmarshal([]byte(openRPC), d); err != nil {
		panic("rpc: the embedded openrpc.json is damaged: " + err.Error()) // a test decodes it
	}
	return d
}
