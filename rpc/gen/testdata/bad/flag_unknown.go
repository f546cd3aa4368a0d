package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act quickly
	Act(ctx context.Context, p *Empty) (*Empty, error) // ERROR unknown flag quickly
}
