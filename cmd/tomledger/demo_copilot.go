package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// The files of the exchange with copilot.
const (
	requestFile = "copilot-request.json"
	answerFile  = "copilot-answer.json"
)

// copilotRequest is what copilot is asked.
type copilotRequest struct {
	Directory string     `json:"directory"`
	Files     []fileSize `json:"files"`
	Answer    string     `json:"answer"` // where to write the answer
}

// copilotAnswer is what copilot answers.
type copilotAnswer struct {
	Summary  string     `json:"summary"`
	PID      int        `json:"pid"`
	Words    int        `json:"words"`
	Longest  []fileSize `json:"longest"`
	Frequent []string   `json:"frequent"`
}

// writeRequest puts a request where copilot looks for it, at once as a whole.
func writeRequest(exchange string, request copilotRequest) error {
	data, err := json.Marshal(request)
	if err != nil {
		return err
	}
	path := filepath.Join(exchange, requestFile)
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// copilot waits for a request, reads the files it names and writes the answer.
// It takes no part in the operation. When nobody needs it any more, stdin ends.
func (s stage) copilot(ctx context.Context, stdin io.Reader) error {
	ctx, cancel := context.WithTimeout(ctx, demoCap)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, stdin) // its end is all there is to know
		cancel()
	}()
	err := s.answer(ctx)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (s stage) answer(ctx context.Context) error {
	request, err := s.awaitRequest(ctx)
	if err != nil {
		return err
	}
	if err := s.pause(ctx, 4); err != nil { // thinking takes its time
		return err
	}
	answer, err := readFiles(request)
	if err != nil {
		return err
	}
	data, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return s.writeSlowly(ctx, request.Answer, data)
}

// awaitRequest looks for a request and takes it away.
func (s stage) awaitRequest(ctx context.Context) (copilotRequest, error) {
	var request copilotRequest
	path := filepath.Join(s.exchange, requestFile)
	for {
		data, err := os.ReadFile(path)
		if err == nil {
			return request, errors.Join(json.Unmarshal(data, &request), os.Remove(path))
		}
		if !errors.Is(err, os.ErrNotExist) {
			return request, err
		}
		if err := s.pause(ctx, 0.2); err != nil {
			return request, err
		}
	}
}

// writeSlowly writes in two steps, so that whoever polls finds half an answer.
func (s stage) writeSlowly(ctx context.Context, path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	half := len(data) / 2
	_, err = f.Write(data[:half])
	if err == nil {
		err = s.pause(ctx, 2)
	}
	if err == nil {
		_, err = f.Write(data[half:])
	}
	return errors.Join(err, f.Close())
}

// readFiles reads what a request names.
func readFiles(request copilotRequest) (copilotAnswer, error) {
	answer := copilotAnswer{PID: os.Getpid(), Longest: slices.Clone(request.Files)}
	counts := map[string]int{}
	for _, file := range request.Files {
		data, err := os.ReadFile(filepath.Join(request.Directory, filepath.FromSlash(file.Path)))
		if err != nil {
			return answer, err
		}
		answer.Words += len(strings.Fields(string(data)))
		for word := range strings.FieldsFuncSeq(string(data), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if len(word) >= 6 {
				counts[strings.ToLower(word)]++
			}
		}
	}
	answer.Frequent = slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	answer.Frequent = answer.Frequent[:min(5, len(answer.Frequent))]
	slices.SortStableFunc(answer.Longest, func(a, b fileSize) int { return cmp.Compare(b.Lines, a.Lines) })
	answer.Longest = answer.Longest[:min(3, len(answer.Longest))]
	answer.Summary = fmt.Sprintf("%d words", answer.Words)
	return answer, nil
}
