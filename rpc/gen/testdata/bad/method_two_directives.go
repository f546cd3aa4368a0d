package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act
	//rpc:notification acted
	// ERROR-ABOVE two directives
	Act(p *Empty)
}
