package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act mutating
	Act(ctx context.Context, p *P) (*Empty, error) // ERROR requestKey of act must be an optional string
}

// P is a struct.
type P struct {
	// RequestKey is the key.
	RequestKey string `json:"requestKey"`
}
