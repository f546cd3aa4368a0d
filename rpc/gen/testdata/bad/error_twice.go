package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act
	//rpc:errors notFound notFound
	Act(ctx context.Context, p *Empty) (*Empty, error) // ERROR notFound is listed twice
}
