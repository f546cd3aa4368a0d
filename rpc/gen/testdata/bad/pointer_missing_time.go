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
	F Time `json:"f,omitempty"` // ERROR would always be sent: make it a pointer
}
