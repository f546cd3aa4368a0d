package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:notification act waits
	Act(p *Empty) // ERROR takes no flags
}
