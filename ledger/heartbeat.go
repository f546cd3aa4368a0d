package ledger

import (
	"context"
	"time"
)

// Beat is what a participant learns at each sign of life.
type Beat struct {
	State *State
	// Age is how old the session's previous sign of life was.
	Age time.Duration
	// Ages are those of the sessions that this engine holds, by participant.
	Ages map[string]time.Duration
}

// Heartbeat records a sign of life. It costs a field in memory and writes nothing.
func (e *Engine) Heartbeat(operationID string, by By) (Beat, error) {
	o, err := e.operation(operationID)
	if err != nil {
		return Beat{}, err
	}
	s := o.state.Load()
	if s.Seq == 0 {
		return Beat{}, operationNotFound(operationID) // still loading: nobody has joined here
	}
	if err := s.live(); err != nil {
		return Beat{State: s}, err
	}
	session, err := s.session(by)
	if err != nil {
		return Beat{State: s}, err
	}
	now := e.opts.Clock.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	last, ok := o.beats[by.SessionID]
	if !ok {
		last = session.Joined
	}
	o.beats[by.SessionID] = now
	b := Beat{State: s, Age: max(0, now.Sub(last)), Ages: map[string]time.Duration{}}
	for _, v := range s.Sessions() {
		if v.EngineID != e.opts.EngineID || v.Lost != nil {
			continue
		}
		age := max(0, now.Sub(lastSign(s, v.ID, o.beats)))
		if known, ok := b.Ages[v.ParticipantID]; !ok || age < known {
			b.Ages[v.ParticipantID] = age
		}
	}
	return b, nil
}

// lastBeats copies what is known of the signs of life, for documents.
func (o *operation) lastBeats() map[int64]time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	beats := make(map[int64]time.Time, len(o.beats))
	for id, at := range o.beats {
		beats[id] = wallNow(at)
	}
	return beats
}

// dropBeats forgets the sessions that have ended.
func (o *operation) dropBeats(events []*Event) {
	for _, e := range events {
		switch e.Data.(type) {
		case *LeftData, *LostData:
			o.mu.Lock()
			delete(o.beats, e.SessionID)
			o.mu.Unlock()
		}
	}
}

// DocumentOf renders an operation's present state with the signs of life that
// this engine knows.
func (e *Engine) DocumentOf(ctx context.Context, operationID string) (*Document, error) {
	s, err := e.State(ctx, operationID)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	o := e.loaded[operationID]
	e.mu.Unlock()
	if o == nil {
		return s.Document(nil), nil
	}
	return s.Document(o.lastBeats()), nil
}
