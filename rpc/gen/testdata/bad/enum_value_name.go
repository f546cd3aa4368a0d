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
	F Color `json:"f"`
}

// Color is a color.
type Color string

const (
	// Red is red.
	Red Color = "bright red" // ERROR use camelCase
)
