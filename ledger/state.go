package ledger

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/benbjohnson/immutable"
)

// Phase is where an operation is in its life.
type Phase string

// The phases: running and cleanup are live, failed and completed are ends.
const (
	Running   Phase = "running"
	Cleanup   Phase = "cleanup"
	Failed    Phase = "failed"
	Completed Phase = "completed"
)

// Ended tells whether nothing can happen any more.
func (p Phase) Ended() bool { return p == Failed || p == Completed }

// State is an operation after some event: a fold over its log. A State is never
// changed; [State.apply] makes the next one and shares what is the same. So a
// reader may keep one for as long as it likes, and an engine whose append lost
// a race just drops what it had decided.
type State struct {
	Seq         int64
	OperationID string
	InitiatorID string
	Description string
	Labels      map[string]string
	Start       time.Time
	Deadline    time.Time // zero: none
	Phase       Phase
	Abort       *Abort // nil: the flag is clear
	Failure     *Failure
	End         time.Time // zero: not yet

	lastSession  int64
	lastCall     int64
	lastResource int64

	participants []*Participant                    // in order of joining; copied when changed
	sessions     *immutable.Map[int64, *Session]   // open and lost ones
	frames       *immutable.Map[string, *Frame]    // open calls
	resources    *immutable.Map[string, *Resource] // registered
	finished     *immutable.Map[string, *Outcome]  // recent; see finishedOrder
	requests     *immutable.Map[string, *Request]  // recent; see requestOrder

	// The orders are appended to in place: a State only ever reads as far as its
	// own slice goes, and one lineage at a time is extended (see [State.apply]).
	finishedOrder []finishedAt
	requestOrder  []string
	finishedBytes int
}

// Participant is one who ever joined.
type Participant struct {
	ID       string
	PID      int64 // of its newest session
	Host     string
	State    ParticipantState
	Progress *ProgressData
	Joined   time.Time
}

// ParticipantState tells whether a participant is there.
type ParticipantState string

// The states of a participant.
const (
	Alive   ParticipantState = "alive"
	Suspect ParticipantState = "suspect"
	Paused  ParticipantState = "paused"
	Lost    ParticipantState = "lost"
	Left    ParticipantState = "left"
)

// Session is one join of a participant.
type Session struct {
	ID            int64
	ParticipantID string
	EngineID      string // the engine that holds the connection
	PID           int64
	Host          string
	Joined        time.Time
	Connection    string    // that connection
	Resume        string    // who may take it over
	Lost          *Evidence // not nil: fenced
}

// FrameState is the state of an open call.
type FrameState string

// The states of a frame.
const (
	FrameActive     FrameState = "active"
	FrameCrashed    FrameState = "crashed"
	FrameCleaningUp FrameState = "cleaningUp"
	FrameCleanedUp  FrameState = "cleanedUp"
)

// Frame is an open call.
type Frame struct {
	CallID        string
	ParticipantID string
	SessionID     int64
	PID           int64
	Start         time.Time
	Deadline      time.Time // zero: none
	State         FrameState
	FailOnCrash   bool
	Spawned       bool
	Description   string
	ParentCallID  string
	Seq           int64 // of the event that opened it: the order of frames
}

// Resource is something in the ledger's care.
type Resource struct {
	ID            string
	Path          string
	Process       *ProcessRef
	ParticipantID string
	SessionID     int64
	PID           int64
	CallID        string
	Host          string
	Registered    time.Time
	Seq           int64 // of the event that registered it
}

// CallStatus is how a call ended.
type CallStatus string

// The outcomes of a call.
const (
	Succeeded     CallStatus = "succeeded"
	CallFailed    CallStatus = "failed"
	CallCrashed   CallStatus = "crashed"
	CallCancelled CallStatus = "cancelled"
	CallUnknown   CallStatus = "unknown"
)

// Outcome is how a call ended.
type Outcome struct {
	CallID        string
	ParticipantID string // its owner
	SessionID     int64
	Status        CallStatus
	Result        json.RawMessage
	Error         string
	StackTrace    string
	Duration      time.Duration
	Seq           int64 // of the event that ended it
}

// size is what counts against MaxFinishedBytes.
func (o *Outcome) size() int { return len(o.Result) + len(o.Error) + len(o.StackTrace) }

// finishedAt tells which end of a call is meant: the id of a frame that a
// client chose may come again.
type finishedAt struct {
	callID string
	seq    int64
}

// Abort is a set abort flag with its story.
type Abort struct {
	By             string
	Reason         string
	At             time.Time
	AcknowledgedBy []string
}

// Failure is why an operation fails.
type Failure struct {
	Reason         string
	CrashedCallIDs []string
	Detected       time.Time
	Coordinator    string    // the engine that began the cleanup
	Removed        time.Time // zero: cleanup is not done
}

// newState is what the first event of a log is applied to.
func newState() *State {
	return &State{
		Phase:     Running,
		sessions:  immutable.NewMap[int64, *Session](nil),
		frames:    immutable.NewMap[string, *Frame](nil),
		resources: immutable.NewMap[string, *Resource](nil),
		finished:  immutable.NewMap[string, *Outcome](nil),
		requests:  immutable.NewMap[string, *Request](nil),
	}
}

// values lists a map's values in a given order.
func values[K comparable, V any](m *immutable.Map[K, V], order func(a, b V) int) []V {
	list := make([]V, 0, m.Len())
	for it := m.Iterator(); !it.Done(); {
		if _, v, ok := it.Next(); ok {
			list = append(list, v)
		}
	}
	slices.SortFunc(list, order)
	return list
}

// Frames lists the open calls, oldest first.
func (s *State) Frames() []*Frame {
	return values(s.frames, func(a, b *Frame) int { return int(a.Seq - b.Seq) })
}

// Frame finds an open call.
func (s *State) Frame(callID string) (*Frame, bool) { return s.frames.Get(callID) }

// FrameCount tells how many calls are open.
func (s *State) FrameCount() int { return s.frames.Len() }

// Resources lists what is in the ledger's care, oldest first.
func (s *State) Resources() []*Resource {
	return values(s.resources, func(a, b *Resource) int { return int(a.Seq - b.Seq) })
}

// ResourceCount tells how many resources are in the ledger's care.
func (s *State) ResourceCount() int { return s.resources.Len() }

// Sessions lists the sessions that are open or were lost, oldest first.
func (s *State) Sessions() []*Session {
	return values(s.sessions, func(a, b *Session) int { return int(a.ID - b.ID) })
}

// Session finds a session that is open or was lost.
func (s *State) Session(id int64) (*Session, bool) { return s.sessions.Get(id) }

// Participants lists all who ever joined, in order of joining.
func (s *State) Participants() []*Participant { return slices.Clone(s.participants) }

// Present lists the ids of those who have an open session.
func (s *State) Present() []string {
	ids := make([]string, 0, len(s.participants))
	for _, p := range s.participants {
		if p.State != Left && p.State != Lost {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// Outcome finds how a recent call ended.
func (s *State) Outcome(callID string) (*Outcome, bool) { return s.finished.Get(callID) }

// Finished lists the recent calls that have ended, oldest first.
func (s *State) Finished() []*Outcome {
	list := make([]*Outcome, 0, len(s.finishedOrder))
	for _, at := range s.finishedOrder {
		if o, ok := s.finished.Get(at.callID); ok && o.Seq == at.seq {
			list = append(list, o)
		}
	}
	return list
}

// AbortPending lists those present who have not acknowledged the abort.
func (s *State) AbortPending() []string {
	pending := []string{}
	if s.Abort == nil {
		return pending
	}
	for _, id := range s.Present() {
		if !slices.Contains(s.Abort.AcknowledgedBy, id) {
			pending = append(pending, id)
		}
	}
	return pending
}

func (s *State) participant(id string) *Participant {
	for _, p := range s.participants {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// framesOf lists the open calls of a session, oldest first.
func (s *State) framesOf(session int64) []*Frame {
	return slices.DeleteFunc(s.Frames(), func(f *Frame) bool { return f.SessionID != session })
}

func callIDs(frames []*Frame) []string {
	ids := make([]string, len(frames))
	for i, f := range frames {
		ids[i] = f.CallID
	}
	return ids
}
