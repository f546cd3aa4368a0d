package ledger

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/tomledger/tomledger/ledger/internal/journal"
)

// fill sets every field that v has to something that is not its zero value.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(time.UnixMilli(1_700_000_000_123).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(`{"a":"b"}`)) // a result
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(`a"b`)
	case reflect.Int64:
		v.SetInt(7)
	case reflect.Int:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(7.5)
	case reflect.Bool:
		v.SetBool(true)
	default:
		panic("no example of a " + v.Type().String())
	}
}

// allTypes are the kinds of events.
var allTypes = []EventType{TypeOperationCreated, TypeParticipantJoined, TypeSessionLeft, TypeSessionResumed,
	TypeProgressReported, TypeCallStarted, TypeCallEnded, TypeCallFailed, TypeCallCancelRequested, TypeCallLost,
	TypeFrameCreated, TypeFrameDeleted, TypeResourceRegistered, TypeResourceReleased, TypeResourceCleaned, TypeLogged,
	TypeAbortSet, TypeAbortAcknowledged, TypeParticipantSuspected, TypeParticipantRecovered, TypeParticipantLost,
	TypeCleanupStarted, TypeFrameCleaned, TypeOperationFailed, TypeOperationCompleted, TypeSnapshot}

// Every event comes back from the log as it was written, with all its fields.
func TestEventsComeBack(t *testing.T) {
	for _, kind := range allTypes {
		e := &Event{Seq: 3, At: time.UnixMilli(1_700_000_000_123).UTC(), Elapsed: 5 * time.Millisecond,
			ParticipantID: "cli", SessionID: 2, EngineID: "eng-1", Data: newData(kind), More: true,
			Request: &Request{Key: "\x00 é\"", Method: "m", Answer: []byte(`{}`)}}
		fill(reflect.ValueOf(e.Data).Elem())
		record, err := encodeEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decodeEvent(record); err != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", kind, err, got, e)
		}
	}
}

// A snapshot holds every field of a state: what restoring and saving it again
// leaves out would be missing here.
func TestSnapshotsHoldEverything(t *testing.T) {
	saved := new(savedState)
	fill(reflect.ValueOf(saved).Elem())
	if got := saved.restore(9).save(); !reflect.DeepEqual(got, saved) {
		t.Errorf("\n got %+v\nwant %+v", got, saved)
	}
	restored := reflect.ValueOf(*saved.restore(9))
	for i := range restored.NumField() {
		if restored.Field(i).IsZero() {
			t.Errorf("State.%s is not in the snapshot", restored.Type().Field(i).Name)
		}
	}
}

// FuzzDecodeEvent: whatever stands in a log, reading, folding and rendering it
// does not panic, and what was read is written in the same way again.
func FuzzDecodeEvent(f *testing.F) {
	for _, kind := range allTypes {
		e := &Event{Seq: 3, EngineID: "eng-1", Data: newData(kind)}
		for range 2 {
			record, err := encodeEvent(e)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(record.Data)
			fill(reflect.ValueOf(e.Data).Elem())
		}
	}
	f.Add([]byte(`{"at":"2026-01-22T14:30:45.123Z","type":"from_the_future","engineId":"e"}`))
	f.Add([]byte(`{"at":"2026-01-22T14:30:45.123Z","type":"snapshot","engineId":"e","data":{"state":{"phase":"cleanup","finished":[{}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := decodeEvent(journal.Record{Seq: 3, Data: data})
		if err != nil {
			return
		}
		if e.ParticipantID != "" && ValidParticipantID(e.ParticipantID) != nil || !validName(e.EngineID, 64, "_.-") || !validName(string(e.Type()), 64, "_") {
			return // no engine writes these
		}
		s := newState().apply(e)
		s = s.apply(e)
		s.contradictions()
		s.Document(nil).indented()
		s.save().restore(4)
		LogLine(e)
		first, err := encodeEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeEvent(first)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := encodeEvent(again); err != nil || !bytes.Equal(first.Data, second.Data) {
			t.Errorf("%v\nfirst  %s\nsecond %s", err, first.Data, second.Data)
		}
	})
}
