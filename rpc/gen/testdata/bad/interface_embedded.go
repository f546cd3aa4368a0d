package rpc

import "context"

// Service is the service.
type Service interface {
	foo.Bar // ERROR must not embed
	// Ping answers.
	//rpc:method ping
	Ping(ctx context.Context, p *Empty) (*Empty, error)
}
