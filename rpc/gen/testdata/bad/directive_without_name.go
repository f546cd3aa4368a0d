package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method
	// ERROR-ABOVE needs the name on the wire
	Act(ctx context.Context, p *Empty) (*Empty, error)
}
