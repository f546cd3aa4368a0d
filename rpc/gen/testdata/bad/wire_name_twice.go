package rpc

import "context"

// Service is the service.
type Service interface {
	// Ping answers.
	//rpc:method ping
	Ping(ctx context.Context, p *Empty) (*Empty, error)
	// Pong answers too.
	//rpc:method ping
	Pong(ctx context.Context, p *Empty) (*Empty, error) // ERROR "ping" is used twice
}
