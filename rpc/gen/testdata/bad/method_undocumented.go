package rpc

import "context"

// Service is the service.
type Service interface {
	//rpc:method act
	Act(ctx context.Context, p *Empty) (*Empty, error) // ERROR Act has no doc comment
}
