package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act
	Act(ctx context.Context, p *P) (*Empty, error) // ERROR act has a requestKey: mark it mutating
}

// P is a struct.
type P struct {
	// RequestKey is the key.
	RequestKey string `json:"requestKey,omitempty"`
}
