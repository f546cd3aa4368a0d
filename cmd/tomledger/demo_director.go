package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/sidecar"
)

// director starts the processes of the demo, shows what the ledger says of them,
// and sees to it that none is left. It takes no part in the operation.
type director struct {
	stage
	abort  bool // send cli a Ctrl-C in the middle
	json   bool
	screen *screen

	engine  *ledger.Engine
	cli     *actor
	copilot *actor
	live    *liveView
	events  []*ledger.Event // all that were shown
	polls   int
	signal  os.Signal // that cli was sent, and why
}

// direct runs the demo from beginning to end.
func (d *director) direct(ctx context.Context) (err error) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	// A reader that goes away, as head does, must not end the demo before it has
	// cleaned up: asking for the signal turns it into an error of the write.
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)
	defer signal.Stop(broken)
	if d.engine, err = ledger.Open(d.ledger, ledger.Options{}); err != nil {
		return err
	}
	defer d.engine.Close()
	if d.exchange, err = os.MkdirTemp("", "tomledger-demo-"); err != nil {
		return err
	}
	defer os.RemoveAll(d.exchange)
	ctx, cancel := context.WithTimeoutCause(ctx, demoCap, exit(exitFailed, "the demo was not done after %v and was killed", demoCap))
	defer cancel()
	ctx, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	dismissCopilot, err := d.startCopilot(ctx)
	if err != nil {
		return err
	}
	if d.cli, err = d.start(ctx, "cli", true, nil); err == nil {
		err = d.watch(ctx, kill, signals)
		killGroup(d.cli.cmd) // nothing, unless cli died before those it had started
	}
	err = errors.Join(err, dismissCopilot())
	if ctx.Err() != nil {
		return context.Cause(ctx) // that others were killed follows from it
	}
	return err
}

// startCopilot starts the one that knows no ledger and isn't told of its end.
func (d *director) startCopilot(ctx context.Context) (dismiss func() error, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := d.stage
	if d.abort {
		s.speed /= 20 // so that it is being waited for when the abort comes
	}
	d.copilot, err = s.start(ctx, "copilot", true, r)
	return func() error {
		return errors.Join(w.Close(), d.copilot.wait())
	}, err
}

// watch shows the operation until cli has ended, and then all there was.
func (d *director) watch(ctx context.Context, kill context.CancelCauseFunc, signals <-chan os.Signal) error {
	id, err := d.cli.firstLine()
	if err != nil {
		return err
	}
	d.operation = id
	d.live = &liveView{screen: d.screen, resources: map[string]string{}}
	news := make(chan struct{}, 1)
	sub, err := d.engine.Subscribe(id, func(ledger.Update) {
		select {
		case news <- struct{}{}:
		default: // it will look anyway
		}
	})
	if err != nil {
		return err
	}
	defer sub.Stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = d.cli.wait() // kept, and asked for below
	}()
	for {
		err := d.read(ctx)
		if d.abort && d.signal == nil && d.polls >= pollsBeforeAbort {
			d.interrupt(os.Interrupt, kill)
		}
		select {
		case <-news:
		case s := <-signals:
			d.interrupt(s, kill)
		case <-ended:
			// All that will ever be written is there; an error counts only now.
			if err = d.read(ctx); err != nil {
				return err
			}
			return d.finish()
		}
		_ = err // the log may be on its way to the archive: look again
	}
}

// read shows the events that are new.
func (d *director) read(ctx context.Context) error {
	after := int64(0)
	if n := len(d.events); n > 0 {
		after = d.events[n-1].Seq
	}
	for e, err := range d.engine.Events(ctx, d.operation, after) {
		if err != nil {
			return err
		}
		if e.Seq <= after {
			continue
		}
		d.events = append(d.events, e)
		if err := d.show(e); err != nil {
			return err
		}
	}
	return nil
}

func (d *director) show(e *ledger.Event) error {
	if e.Type() == ledger.TypeProgressReported {
		d.polls++
	}
	if d.json {
		event, err := sidecar.EventToWire(e)
		if err != nil {
			return err
		}
		return jsonLines(d.screen).Encode(event)
	}
	d.live.show(e)
	return nil
}

// pollsBeforeAbort is when --abort strikes: everybody has something to unwind.
const pollsBeforeAbort = 3

// interrupt sends cli what Ctrl-C would. The second time it ends everything.
func (d *director) interrupt(why os.Signal, kill context.CancelCauseFunc) {
	if d.signal != nil {
		kill(signalled{why})
		return
	}
	d.signal = why
	if !d.json {
		fmt.Fprintln(d.screen, d.screen.faint(fmt.Sprintf("         Ctrl-C: the demo sends SIGINT to process %d, cli", d.cli.cmd.Process.Pid)))
	}
	if err := interrupt(d.cli.cmd); err != nil {
		kill(signalled{why})
	}
}

// finish tells how it ended, once cli has.
func (d *director) finish() error {
	if !d.json {
		d.epilogue()
	}
	switch code := d.cli.exitCode(); {
	case code == exitDone:
		return nil
	case code == exitAborted:
		return silence{code}
	case d.signal != nil && code == exitCode(signalled{os.Interrupt}):
		return silence{exitCode(signalled{d.signal})}
	default:
		return d.cli.wait()
	}
}

// epilogue prints what cli printed, the timeline, and where the record lies.
func (d *director) epilogue() {
	s := d.screen
	fmt.Fprintf(s, "\n%s", d.cli.report)
	if d.cli.report != "" {
		fmt.Fprintln(s)
	}
	fmt.Fprint(s, newTimeline(d.events).draw(s.width, s.paintFor))
	path := d.engine.BackupPath(d.operation)
	if _, err := os.Stat(path); err != nil {
		fmt.Fprintf(s, "\nThe operation has no end; its log is in %s\n", d.ledger)
		return
	}
	fmt.Fprintf(s, "\nThe record: %s\n", path)
	for _, command := range []string{"show", "log"} {
		fmt.Fprintf(s, "  tomledger %s %s --ledger %s\n", command, d.operation, d.ledger)
	}
}
