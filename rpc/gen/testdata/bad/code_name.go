package rpc

import "context"

// Service is the service.
type Service interface {
	// Ping answers.
	//rpc:method ping
	Ping(ctx context.Context, p *Empty) (*Empty, error)
}

const (
	// Gone is gone.
	Gone Code = 7 // ERROR must begin with Code
)
