package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/tomledger/tomledger/rpc"
	"github.com/tomledger/tomledger/sidecar/connect"
)

// player is a participant of the demo's operation: a process with a sidecar of
// its own. All it does goes through that sidecar.
type player struct {
	stage
	name    string
	out     io.Writer // to whoever started the process
	client  *connect.Client
	sidecar *exec.Cmd
	stderr  bytes.Buffer // the sidecar's
	told    chan time.Time
	// joinedLate tells that the operation was aborted before we joined it.
	joinedLate bool
	calls      []string // the open ones, the innermost last
	temp       string   // a temporary file, while it is registered
	children   []*actor // participants that this one has started
}

// errAborted is why a player stops working when somebody pulled the brake.
var errAborted = errors.New("the operation was aborted")

// part is what a player does in the operation until it is done or ctx ends.
type part func(ctx context.Context, p *player) error

// play takes part in an operation: create or join it, act, and leave in good
// order, also when it is aborted or something goes wrong. Ctrl-C aborts it.
func (s stage) play(ctx context.Context, name string, act part, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, demoCap)
	defer cancel()
	signals, stopSignals := withSignals(ctx)
	defer stopSignals()
	work, stop := context.WithCancelCause(signals)
	defer stop(nil)
	p := &player{stage: s, name: name, out: out, told: make(chan time.Time, 1)}
	if err := p.enlist(ctx, stop); err != nil {
		return err
	}
	err := p.enter(ctx, stop)
	if err == nil {
		if err = act(work, p); err != nil {
			err = p.settle(ctx, context.Cause(work), err)
		}
	}
	if rest := p.dismiss(ctx); err == nil {
		err = rest // otherwise the first error explains the rest
	}
	return err
}

// settle ends a part that was not played to its end: cause is why it had to
// stop, if it had to, and err what it ran into.
func (p *player) settle(ctx context.Context, cause, err error) error {
	var signal signalled
	if errors.Is(cause, errAborted) || errors.As(cause, &signal) {
		return p.unwind(ctx, cause)
	}
	return p.giveUp(ctx, err)
}

// enlist starts the sidecar.
func (p *player) enlist(ctx context.Context, stop context.CancelCauseFunc) error {
	p.sidecar = exec.CommandContext(ctx, p.binary, "stdio", "--ledger", p.ledger)
	p.sidecar.Stderr = &p.stderr
	var err error
	p.client, err = connect.Spawn(ctx, p.sidecar, connect.Options{
		Initialize: rpc.InitializeParams{ParticipantID: p.name, ClientInfo: &rpc.ClientInfo{Name: "tomledger demo", Version: version}},
		Events: abortListener{aborted: func() {
			select {
			case p.told <- time.Now():
			default: // told already
			}
			stop(errAborted)
		}},
	})
	if err != nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(p.stderr.Bytes()))
	}
	return nil
}

// enter creates the operation, or joins the one that the starter works on.
func (p *player) enter(ctx context.Context, stop context.CancelCauseFunc) error {
	if p.operation == "" {
		created, err := p.client.OperationCreate(ctx, &rpc.OperationCreateParams{
			Description: "summarise " + p.input, Labels: map[string]string{"program": "tomledger demo"}})
		if err != nil {
			return err
		}
		p.operation = created.OperationID
		_, err = fmt.Fprintln(p.out, p.operation)
		return err
	}
	joined, err := p.client.OperationJoin(ctx, &rpc.OperationJoinParams{OperationID: p.operation})
	if err == nil && joined.Aborted {
		p.joinedLate = true
		stop(errAborted)
	}
	return err
}

// giveUp fails the innermost call, and with it the operation.
func (p *player) giveUp(ctx context.Context, reason error) error {
	if len(p.calls) == 0 {
		return reason
	}
	call := p.calls[len(p.calls)-1]
	_, err := p.client.CallFail(ctx, &rpc.CallFailParams{OperationID: p.operation, CallID: call, Error: reason.Error()})
	if errorName(err) == rpc.CodeOperationFailed.String() {
		err = nil // another one was first, and says why
	}
	return errors.Join(reason, err)
}

// dismiss waits for the participants that this one has started, says goodbye,
// and waits for the sidecar.
func (p *player) dismiss(ctx context.Context) error {
	var errs []error
	for _, a := range p.children {
		errs = append(errs, a.wait())
	}
	errs = append(errs, p.client.Goodbye(ctx))
	if err := p.sidecar.Wait(); err != nil {
		errs = append(errs, fmt.Errorf("sidecar: %w: %s", err, bytes.TrimSpace(p.stderr.Bytes())))
	}
	return errors.Join(errs...)
}

// open starts a call.
func (p *player) open(ctx context.Context, description, parent string) (string, error) {
	started, err := p.client.CallStart(ctx, &rpc.CallStartParams{OperationID: p.operation, Description: description, ParentCallID: parent})
	if err != nil {
		return "", err
	}
	p.calls = append(p.calls, started.CallID)
	return started.CallID, nil
}

// end ends the innermost call with its result.
func (p *player) end(ctx context.Context, result any) error {
	data, err := json.Marshal(result)
	if err != nil {
		return err
	}
	last := len(p.calls) - 1
	_, err = p.client.CallEnd(ctx, &rpc.CallEndParams{OperationID: p.operation, CallID: p.calls[last], Result: data})
	if err == nil {
		p.calls = p.calls[:last]
	}
	return err
}

// delegate has another participant, in a process of its own, work for a call of
// ours. It returns what that one's call resulted in, once its process is gone.
func (p *player) delegate(ctx context.Context, name, call string, result any) error {
	s := p.stage
	s.operation, s.call = p.operation, call
	// It is told of an abort as we are, and unwinds by itself.
	a, err := s.start(context.WithoutCancel(ctx), name, false, nil)
	if err != nil {
		return err
	}
	p.children = append(p.children, a)
	theirs, err := a.firstLine()
	if err != nil {
		return err
	}
	outcome, err := p.client.CallAwait(ctx, &rpc.CallAwaitParams{OperationID: p.operation, CallID: theirs})
	if err != nil {
		return err
	}
	if err := a.wait(); err != nil {
		return err
	}
	if outcome.Status != rpc.CallSucceeded {
		return fmt.Errorf("the call of %s %s: %s", name, outcome.Status, outcome.Error)
	}
	return json.Unmarshal(outcome.Result, result)
}

// announce tells whoever started this process which call answers it.
func (p *player) announce(call string) error {
	_, err := fmt.Fprintln(p.out, call)
	return err
}

func (p *player) log(ctx context.Context, format string, args ...any) error {
	_, err := p.client.OperationLog(ctx, &rpc.OperationLogParams{OperationID: p.operation, Message: fmt.Sprintf(format, args...)})
	return err
}

// protect registers a temporary file, before it exists.
func (p *player) protect(ctx context.Context, path, call string) error {
	_, err := p.client.ResourceRegister(ctx, &rpc.ResourceRegisterParams{OperationID: p.operation, Path: path, CallID: call})
	if err == nil {
		p.temp = path
	}
	return err
}

// discard removes the temporary file, and only then takes it off the record.
func (p *player) discard(ctx context.Context) error {
	if p.temp == "" {
		return nil
	}
	if err := os.Remove(p.temp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	_, err := p.client.ResourceUnregister(ctx, &rpc.ResourceUnregisterParams{OperationID: p.operation, Path: p.temp})
	p.temp = ""
	return err
}
