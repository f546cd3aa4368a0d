package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tomledger/tomledger/rpc"
)

// description is what vscode answers bridge: its own search, and what copilot
// makes of it.
type description struct {
	Summary string        `json:"summary"`
	Search  searchResult  `json:"search"`
	Copilot copilotAnswer `json:"copilot"`
}

// playVSCode is the part of vscode: it searches the workspace and asks copilot,
// which knows nothing of the ledger, through files.
func playVSCode(ctx context.Context, p *player) error {
	call, err := p.open(ctx, callDescribe, p.call)
	if err != nil {
		return err
	}
	if err := p.announce(call); err != nil {
		return err
	}
	if err := p.pause(ctx, 0.5); err != nil {
		return err
	}
	search, err := p.search(ctx, call)
	if err != nil {
		return err
	}
	if err := p.pause(ctx, 0.5); err != nil {
		return err
	}
	answer, err := p.ask(ctx, call, search.Files)
	if err != nil {
		return err
	}
	if err := p.pause(ctx, 0.5); err != nil {
		return err
	}
	return p.end(ctx, description{search.Summary + ", as copilot sees them", search, answer})
}

// search is the workspace search, as a call of its own.
func (p *player) search(ctx context.Context, parent string) (searchResult, error) {
	if _, err := p.open(ctx, callSearch, parent); err != nil {
		return searchResult{}, err
	}
	found, err := searchFiles(ctx, p.input)
	if err != nil {
		return searchResult{}, err
	}
	if err := p.pause(ctx, 2); err != nil {
		return searchResult{}, err
	}
	return found, p.end(ctx, found)
}

// ask puts a request where copilot finds it and polls for the file it answers
// with. That file is registered before it exists: whatever happens to us, it
// won't be left behind.
func (p *player) ask(ctx context.Context, parent string, files []fileSize) (copilotAnswer, error) {
	call, err := p.open(ctx, callAsk, parent)
	if err != nil {
		return copilotAnswer{}, err
	}
	path := filepath.Join(p.exchange, answerFile)
	if err := p.protect(ctx, path, call); err != nil {
		return copilotAnswer{}, err
	}
	if err := writeRequest(p.exchange, copilotRequest{Directory: p.input, Files: files, Answer: path}); err != nil {
		return copilotAnswer{}, err
	}
	answer, err := p.poll(ctx, path)
	if err != nil {
		return copilotAnswer{}, err
	}
	if err := p.log(ctx, "copilot (pid %d) has answered", answer.PID); err != nil {
		return copilotAnswer{}, err
	}
	if err := p.discard(ctx); err != nil {
		return copilotAnswer{}, err
	}
	return answer, p.end(ctx, answer)
}

// poll looks for the answer until it is there as a whole: copilot may be slow to
// begin it, and slow to end it.
func (p *player) poll(ctx context.Context, path string) (copilotAnswer, error) {
	for n := 1; ; n++ {
		data, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return copilotAnswer{}, err
		}
		if json.Valid(data) {
			var answer copilotAnswer
			return answer, json.Unmarshal(data, &answer)
		}
		seen := "no " + answerFile + " yet"
		if err == nil {
			seen = fmt.Sprintf("%s has %d bytes and no end yet", answerFile, len(data))
		}
		_, err = p.client.OperationHeartbeat(ctx, &rpc.OperationHeartbeatParams{OperationID: p.operation,
			Progress: &rpc.Progress{Message: fmt.Sprintf("poll %d: %s", n, seen)}})
		if err != nil {
			return copilotAnswer{}, err
		}
		if err := p.pause(ctx, 1.4); err != nil {
			return copilotAnswer{}, err
		}
	}
}
