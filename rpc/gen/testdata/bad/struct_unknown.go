package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act
	Act(ctx context.Context, p *Missing) (*Empty, error) // ERROR no struct Missing
}
