package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:notification act
	Act(p *Empty) error // ERROR must have the form Act\(p \*Params\)
}
