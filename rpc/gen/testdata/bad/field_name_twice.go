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
	F string `json:"f"`
	// G is a field.
	G string `json:"f"` // ERROR same wire name as P.F
}
