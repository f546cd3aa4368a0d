package ledger

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// timeLayout is how times stand on disk and on the wire: UTC, fixed width.
const timeLayout = "2006-01-02T15:04:05.000Z"

// wallNow cuts a time to what the log can hold, so that what is decided and
// what is read back are the same.
func wallNow(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// savedEvent is an event on disk, without what the journal adds.
type savedEvent struct {
	At            string          `json:"at"`
	ElapsedMs     int64           `json:"elapsedMs"`
	Type          EventType       `json:"type"`
	ParticipantID string          `json:"participantId"`
	SessionID     int64           `json:"sessionId"`
	EngineID      string          `json:"engineId"`
	Request       *Request        `json:"request"`
	Data          json.RawMessage `json:"data"`
}

// encodeEvent gives an event its form on disk. The envelope is written by hand:
// it is on the path of every change.
func encodeEvent(e *Event) (journal.Record, error) {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return journal.Record{}, fmt.Errorf("encode %s: %w", e.Type(), err)
	}
	b := make([]byte, 0, len(data)+192)
	b = append(b, `{"at":"`...)
	b = e.At.AppendFormat(b, timeLayout)
	b = append(b, `","elapsedMs":`...)
	b = strconv.AppendInt(b, e.Elapsed.Milliseconds(), 10)
	b = append(b, `,"type":"`...)
	b = append(b, e.Type()...)
	b = append(b, '"')
	if e.ParticipantID != "" {
		b = append(b, `,"participantId":"`...) // validated: needs no escaping
		b = append(b, e.ParticipantID...)
		b = append(b, '"')
	}
	if e.SessionID != 0 {
		b = append(b, `,"sessionId":`...)
		b = strconv.AppendInt(b, e.SessionID, 10)
	}
	b = append(b, `,"engineId":"`...)
	b = append(b, e.EngineID...)
	b = append(b, '"')
	if e.Request != nil {
		req, err := json.Marshal(e.Request)
		if err != nil {
			return journal.Record{}, fmt.Errorf("encode request key: %w", err)
		}
		b = append(b, `,"request":`...)
		b = append(b, req...)
	}
	b = append(b, `,"data":`...)
	b = append(b, data...)
	b = append(b, '}')
	return journal.Record{Seq: e.Seq, More: e.More, Snapshot: e.Type() == TypeSnapshot, Data: b}, nil
}

// decodeEvent reads an event from disk. An unknown type gives [UnknownData];
// anything else that is not as it was written is an error.
func decodeEvent(r journal.Record) (*Event, error) {
	var s savedEvent
	if err := json.Unmarshal(r.Data, &s); err != nil {
		return nil, fmt.Errorf("event %d: %w", r.Seq, err)
	}
	at, err := time.Parse(timeLayout, s.At)
	if err != nil {
		return nil, fmt.Errorf("event %d: at: %w", r.Seq, err)
	}
	e := &Event{
		Seq: r.Seq, At: at, Elapsed: time.Duration(s.ElapsedMs) * time.Millisecond,
		ParticipantID: s.ParticipantID, SessionID: s.SessionID, EngineID: s.EngineID,
		Request: s.Request, More: r.More,
	}
	e.Data = newData(s.Type)
	if e.Data == nil {
		e.Data = &UnknownData{Type: s.Type, Raw: s.Data}
		return e, nil
	}
	if err := json.Unmarshal(s.Data, e.Data); err != nil {
		return nil, fmt.Errorf("event %d (%s): %w", r.Seq, s.Type, err)
	}
	return e, nil
}

// MarshalJSON writes the data as it came.
func (d *UnknownData) MarshalJSON() ([]byte, error) {
	if d.Raw == nil {
		return []byte("null"), nil
	}
	return d.Raw, nil
}
