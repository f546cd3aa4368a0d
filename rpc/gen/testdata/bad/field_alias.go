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
	F Text `json:"f"` // ERROR neither a struct nor a string enum
}

// Text is text.
type Text = string
