package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method Do_It
	Act(ctx context.Context, p *Empty) (*Empty, error) // ERROR "Do_It" is no wire name
}
