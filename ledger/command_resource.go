package ledger

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"
)

// RegisterResource puts a temporary resource into the ledger's care, before it exists.
type RegisterResource struct {
	By
	Path    string      // an absolute path, or
	Process *ProcessRef // a process
	CallID  string      // the call it belongs to, if any
}

// Registered is the answer to RegisterResource.
type Registered struct {
	ResourceID string `json:"resourceId"`
}

func (RegisterResource) method() string { return "resource/register" }

func (c RegisterResource) decide(s *State, env *env) ([]EventData, Registered, error) {
	session, err := s.active(c.By)
	if err != nil {
		return nil, Registered{}, err
	}
	if err := c.check(s, env); err != nil {
		return nil, Registered{}, err
	}
	d := &RegisteredData{ResourceID: "res_" + strconv.FormatInt(s.lastResource+1, 10), Path: c.Path, Process: c.Process,
		CallID: c.CallID, Host: session.Host, PID: session.PID}
	return []EventData{d}, Registered{d.ResourceID}, nil
}

func (c RegisterResource) check(s *State, env *env) error {
	if (c.Path == "") == (c.Process == nil) {
		return &Error{Code: InvalidParams, Field: "path", Message: "name either a path or a process"}
	}
	if c.Process != nil && c.Process.PID <= 0 {
		return &Error{Code: InvalidParams, Field: "process.pid", Message: "process.pid must be a process id"}
	}
	if c.Path != "" {
		if err := checkPath(c.Path); err != nil {
			return err
		}
	}
	if c.CallID != "" {
		if _, err := s.ownFrame(c.By, c.CallID); err != nil {
			return err
		}
	}
	if s.resources.Len() >= env.limits.Resources {
		return &Error{Code: LimitExceeded, OperationID: s.OperationID, Limit: int64(env.limits.Resources),
			Message: fmt.Sprintf("%d resources are registered, as many as may be; unregister some first", s.resources.Len())}
	}
	return nil
}

// maxPathBytes is PATH_MAX on Linux.
const maxPathBytes = 4096

func checkPath(path string) error {
	bad := func(message string) error {
		return &Error{Code: InvalidPath, Field: "path", Path: clip(path), Message: message}
	}
	switch {
	case len(path) > maxPathBytes:
		return bad(fmt.Sprintf("a path may have %d bytes", maxPathBytes))
	case !utf8.ValidString(path):
		return bad("a path must be UTF-8: the log would name another one")
	case strings.ContainsRune(path, 0):
		return bad("a path can't contain NUL")
	case !filepath.IsAbs(path):
		return bad("give an absolute path: the sidecar has a working directory of its own")
	case filepath.Clean(path) != path:
		return bad("give the path without '.', '..' and doubled or trailing slashes: " + filepath.Clean(path))
	case filepath.Dir(path) == path:
		return bad("the root of a file system can't be a temporary resource")
	}
	return nil
}

// UnregisterResource takes a resource out of the ledger's care.
type UnregisterResource struct {
	By
	Path       string // the path it was registered with, or
	ResourceID string // its id
}

func (UnregisterResource) method() string { return "resource/unregister" }

func (c UnregisterResource) decide(s *State, _ *env) ([]EventData, Removed, error) {
	if _, err := s.active(c.By); err != nil {
		return nil, Removed{}, err
	}
	if (c.Path == "") == (c.ResourceID == "") {
		return nil, Removed{}, &Error{Code: InvalidParams, Field: "resourceId", Message: "name the resource by either its path or its resourceId"}
	}
	r, others := c.find(s)
	switch {
	case r != nil:
		return []EventData{&ReleasedData{ResourceID: r.ID}}, Removed{true}, nil
	case others != nil:
		return nil, Removed{}, &Error{Code: NotCallOwner, OperationID: s.OperationID, ResourceID: others.ID, ParticipantID: others.ParticipantID,
			Message: fmt.Sprintf("the resource belongs to %q", others.ParticipantID)}
	default:
		return nil, Removed{false}, nil
	}
}

// find returns the caller's newest resource of that name, or somebody else's.
func (c UnregisterResource) find(s *State) (own, others *Resource) {
	for _, r := range s.Resources() {
		switch {
		case c.ResourceID != "" && r.ID != c.ResourceID, c.Path != "" && r.Path != c.Path:
		case r.ParticipantID == c.ParticipantID:
			own = r
		default:
			others = r
		}
	}
	return own, others
}
