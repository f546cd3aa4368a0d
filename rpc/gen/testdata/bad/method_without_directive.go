package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	Act(ctx context.Context, p *Empty) (*Empty, error) // ERROR Act has no directive
}
