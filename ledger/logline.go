package ledger

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// LogLine renders an event for the operation's log, without a newline, or
// returns "" for an event that has no line. Every line ends in " seq=N", so
// that a log tells by itself how far it goes.
func LogLine(e *Event) (string, LogLevel) {
	l := &lineBuilder{}
	level := LevelInfo
	switch d := e.Data.(type) {
	case *CreatedData:
		l.event("OPERATION_CREATED").kv("operation", d.OperationID).kv("description", d.Description)
	case *JoinedData:
		l.event("PARTICIPANT_JOINED").kv("pid", strconv.FormatInt(d.PID, 10)).kv("host", d.Host)
	case *LeftData:
		l.event("PARTICIPANT_LEFT").kv("reason", d.Reason).list("cancelled", d.CancelledCallIDs)
	case *CallStartedData:
		name := "CALL_STARTED"
		if d.Spawned {
			name = "CALL_SPAWNED"
		}
		l.event(name).kv("call", d.CallID).kv("parent", d.ParentCallID).kv("description", d.Description)
	case *CallEndedData:
		l.event("CALL_COMPLETED").kv("call", d.CallID).ms("duration", d.DurationMs)
	case *CallFailedData:
		level = LevelWarning
		l.event("CALL_FAILED").kv("call", d.CallID).ms("duration", d.DurationMs).kv("error", d.Error)
		if d.Fallback != nil {
			l.kv("fallback", "true")
		}
	case *CancelRequestedData:
		l.event("CALL_CANCEL_REQUESTED").kv("call", d.CallID).kv("reason", d.Reason)
	case *FrameCreatedData:
		l.event("CALL_STARTED").kv("call", d.CallID)
	case *FrameDeletedData:
		l.event("CALL_ENDED").kv("call", d.CallID).ms("duration", d.DurationMs)
	case *RegisteredData:
		level = LevelDebug
		l.event("RESOURCE_REGISTERED").kv("resource", d.ResourceID).kv("path", d.Path).process(d.Process)
	case *ReleasedData:
		level = LevelDebug
		l.event("RESOURCE_RELEASED").kv("resource", d.ResourceID)
	case *LoggedData:
		level = d.Level
		l.text(d.Message)
	default:
		level = l.verdict(e)
	}
	if l.b.Len() == 0 {
		return "", level
	}
	l.kv("participant", e.ParticipantID)
	return e.At.Format(timeLayout) + " [" + strings.ToUpper(string(level)) + "] " + l.b.String() +
		" seq=" + strconv.FormatInt(e.Seq, 10), level
}

// verdict renders what engines bring about, and what concerns the whole operation.
func (l *lineBuilder) verdict(e *Event) LogLevel {
	switch d := e.Data.(type) {
	case *AbortData:
		if !d.Value {
			l.event("ABORT_CLEARED").kv("reason", d.Reason)
			return LevelInfo
		}
		l.event("ABORT_SET").kv("reason", d.Reason)
		return LevelWarning
	case *AcknowledgedData:
		l.event("ABORT_ACKNOWLEDGED")
	case *SuspectedData:
		l.event("PARTICIPANT_SUSPECTED").ms("silent", d.SilentMs).kv("detail", d.Detail)
		return LevelWarning
	case *RecoveredData:
		l.event("PARTICIPANT_RECOVERED")
	case *LostData:
		l.event("CRASH_DETECTED").kv("evidence", d.Evidence.Kind).kv("detail", d.Evidence.Detail)
		return LevelError
	case *CallLostData:
		l.event("CALL_LOST").list("calls", d.CallIDs)
		return LevelWarning
	case *CleanupStartedData:
		l.event("CLEANUP_STARTED").kv("reason", d.Reason).list("crashed", d.CrashedCallIDs)
		return LevelError
	case *FrameCleanedData:
		l.event("FRAME_CLEANED").list("calls", d.CallIDs)
	case *CleanedData:
		l.event("RESOURCE_CLEANED").kv("resource", d.ResourceID).kv("problem", d.Problem)
		if d.Problem != "" {
			return LevelWarning
		}
	case *FailedData:
		l.event("OPERATION_FAILED")
		return LevelError
	case *CompletedData:
		l.event("OPERATION_COMPLETED").ms("elapsed", e.Elapsed.Milliseconds()).list("cancelled", d.CancelledCallIDs)
	default:
		// Snapshots, progress and what a later version wrote have no line.
	}
	return LevelInfo
}

// lineBuilder writes key=value pairs; a value with blanks is quoted, and no
// value can break the line or forge another key.
type lineBuilder struct{ b strings.Builder }

func (l *lineBuilder) event(name string) *lineBuilder {
	l.b.WriteString(name)
	return l
}

func (l *lineBuilder) kv(key, value string) *lineBuilder {
	if value == "" {
		return l
	}
	l.b.WriteString(" " + key + "=")
	if strings.ContainsFunc(value, needsQuotes) {
		l.b.WriteString(strconv.Quote(value))
	} else {
		l.b.WriteString(value)
	}
	return l
}

// needsQuotes holds for what ends a value, and for what a terminal or an editor
// takes for more than a character: controls, line separators, text direction.
func needsQuotes(r rune) bool {
	return r == ' ' || r == '"' || r == '=' || r == '\\' || r == utf8.RuneError || !strconv.IsPrint(r)
}

func (l *lineBuilder) ms(key string, v int64) *lineBuilder {
	return l.kv(key, strconv.FormatInt(v, 10)+"ms")
}

func (l *lineBuilder) list(key string, ids []string) *lineBuilder {
	return l.kv(key, strings.Join(ids, ","))
}

func (l *lineBuilder) process(p *ProcessRef) *lineBuilder {
	if p == nil {
		return l
	}
	return l.kv("process", strconv.FormatInt(p.PID, 10))
}

// text writes a client's own message on one line.
func (l *lineBuilder) text(message string) {
	quoted := strconv.Quote(message)
	l.b.WriteString(strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(quoted[1 : len(quoted)-1]))
}
