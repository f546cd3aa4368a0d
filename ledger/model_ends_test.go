package ledger_test

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/tomledger/tomledger/ledger"
)

// The commands of generated histories that concern resources, logs and ends.

func (h *history) register(e *ledger.Engine, by ledger.By) {
	path := rapid.SampledFrom([]string{"/tmp/a", "/tmp/b", "relative", "/", "/tmp/../etc"}).Draw(h.rt, "path")
	want := h.active(by)
	if want == "" && path != "/tmp/a" && path != "/tmp/b" {
		want = ledger.InvalidPath
	}
	r := do(h, e, ledger.RegisterResource{By: by, Path: path}, want)
	if want == "" {
		h.model.resources[r.ResourceID], h.model.owners[r.ResourceID] = path, by.ParticipantID
	}
}

func (h *history) unregister(e *ledger.Engine, by ledger.By) {
	id := fmt.Sprintf("res_%d", rapid.IntRange(1, 3).Draw(h.rt, "resource"))
	_, there := h.model.resources[id]
	want := h.active(by)
	if want == "" && there && h.model.owners[id] != by.ParticipantID {
		want = ledger.NotCallOwner
	}
	r := do(h, e, ledger.UnregisterResource{By: by, ResourceID: id}, want)
	if want == "" && r.Removed != there {
		h.rt.Fatalf("removed %s: %v, want %v", id, r.Removed, there)
	}
	if want == "" {
		delete(h.model.resources, id)
	}
}

func (h *history) log(e *ledger.Engine, by ledger.By) {
	want := h.active(by)
	do(h, e, ledger.WriteLog{By: by, Message: "line\nwith a break and seq=3", Level: ledger.LevelInfo}, want)
}

func (h *history) lose(e *ledger.Engine, by ledger.By) {
	if rapid.IntRange(0, 2).Draw(h.rt, "lose") > 0 {
		return
	}
	do(h, e, ledger.LoseSession{By: by, Evidence: ledger.Evidence{Kind: "connectionLost"}}, "")
	s := h.model.sessions[by.SessionID]
	if s == nil || s.lost || s.participant != by.ParticipantID || h.live() != "" {
		return
	}
	s.lost = true
	open := h.callsOf(func(c *modelCall) bool { return c.session == by.SessionID })
	critical := h.callsOf(func(c *modelCall) bool { return c.session == by.SessionID && c.failOnCrash })
	initiators := 0
	for _, other := range h.model.sessions {
		if other.participant == "cli" && !other.lost {
			initiators++
		}
	}
	if len(critical) > 0 || s.participant == "cli" && initiators == 0 {
		h.failed(e)
		return
	}
	h.close(open, ledger.CallCrashed)
}

func (h *history) complete(e *ledger.Engine, by ledger.By) {
	force := rapid.Bool().Draw(h.rt, "force")
	want := h.active(by)
	others := h.callsOf(func(c *modelCall) bool { return h.model.sessions[c.session].participant != by.ParticipantID })
	switch {
	case want != "":
	case by.ParticipantID != "cli":
		want = ledger.NotInitiator
	case len(others) > 0 && !force:
		want = ledger.PendingCalls
	}
	do(h, e, ledger.CompleteOperation{By: by, Force: force}, want)
	if want == "" {
		h.close(h.callsOf(func(*modelCall) bool { return true }), ledger.CallCancelled)
		h.model.phase = ledger.Completed
	}
}
