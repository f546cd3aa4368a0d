package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:request act
	Act(ctx context.Context, p *Empty) (*Empty, error) // ERROR rpc:request belongs into Events
}
