package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act waits waits
	Act(ctx context.Context, p *Empty) (*Empty, error) // ERROR flag waits is there twice
}
