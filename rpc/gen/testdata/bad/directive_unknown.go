package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act
	//rpc:slow // ERROR unknown directive rpc:slow
	Act(ctx context.Context, p *Empty) (*Empty, error)
}
