package rpc

import "context"

// Service is the service.
type Service interface {
	// Await waits.
	//rpc:method call/await
	Await(ctx context.Context, p *Empty) (*Empty, error) // ERROR await is a reserved word
}
