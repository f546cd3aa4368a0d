package rpc

import "context"

// Service is the service.
type Service interface {
	// Ping answers.
	//rpc:method ping
	Ping(ctx context.Context, p *Empty) (*Empty, error)
}

const (
	CodeGone Code = 7 // ERROR CodeGone has no doc comment
)
