package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act
	Act(ctx context.Context, p *P) (*Empty, error)
}

type P struct{} // ERROR P has no doc comment
