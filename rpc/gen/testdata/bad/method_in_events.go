package rpc

import "context"

// Service is the service.
type Service interface{}

// Events are the events.
type Events interface {
	// Act acts.
	//rpc:method act
	Act(ctx context.Context, p *Empty) (*Empty, error) // ERROR use rpc:request in Events
}
