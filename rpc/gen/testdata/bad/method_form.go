package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act
	Act(p *Empty) error // ERROR must have the form Act\(ctx context.Context, p \*Params\)
}
