package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act mutating
	Act(ctx context.Context, p *Empty) (*Empty, error) // ERROR act is mutating: give Empty a requestKey
}
