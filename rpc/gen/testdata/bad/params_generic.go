package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act
	Act(ctx context.Context, p *P) (*Empty, error) // ERROR P must be a plain struct
}

// P is generic.
type P[T any] struct{}
