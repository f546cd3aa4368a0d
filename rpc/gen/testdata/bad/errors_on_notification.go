package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:notification act
	//rpc:errors notFound
	Act(p *Empty) // ERROR remove rpc:errors
}
