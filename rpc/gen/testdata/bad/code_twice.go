package rpc

import "context"

// Service is the service.
type Service interface {
	// Ping answers.
	//rpc:method ping
	Ping(ctx context.Context, p *Empty) (*Empty, error)
}

const (
	// CodeGone is gone.
	CodeGone Code = 1001 // ERROR same number as CodeNotFound
)
