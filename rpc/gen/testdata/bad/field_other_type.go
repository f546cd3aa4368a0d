package rpc

import "context"

// Service is the service.
type Service interface {
	// Act acts.
	//rpc:method act
	Act(ctx context.Context, p *P) (*Empty, error)
}

// P is a struct.
type P struct {
	// F is a field.
	F Count `json:"f"` // ERROR neither a struct nor a string enum
}

// Count counts.
type Count int64
