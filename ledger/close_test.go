package ledger

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/tomledger/tomledger/ledger/internal/journal/mem"
)

// Whoever ends an operation while its engine is closed is answered all the same:
//
//  1. the operation's runner is held up;
//  2. the end, and then the closing, are put into its queue;
//  3. it goes on, and finds both at once.
func TestCloseAnswersWhoEndsAnOperation(t *testing.T) {
	for name, end := range map[string]Command[Done]{
		"complete": CompleteOperation{By: By{ParticipantID: "cli", SessionID: 1}},
		"fail":     FailOperation{By: By{ParticipantID: "cli", SessionID: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { closeWhileEnding(t, end) })
		})
	}
}

func closeWhileEnding(t *testing.T, end Command[Done]) {
	store := mem.NewStore()
	e, _ := faulty(t, store, Options{})
	op, by := create(t, e)
	goOn := make(chan struct{})
	if _, err := e.Subscribe(op, func(u Update) {
		if len(u.Events) > 0 && u.Events[0].Type() == TypeLogged {
			<-goOn
		}
	}); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	go Submit(e, op, WriteLog{By: by, Message: "hold"}, func(Done, error) {})
	synctest.Wait()
	answers := make(chan error, 1)
	Submit(e, op, end, func(_ Done, err error) { answers <- err })
	closed := make(chan error, 1)
	go func() { closed <- e.Close() }()
	synctest.Wait()
	close(goOn)
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-answers:
		if err != nil {
			t.Error(err)
		}
	default:
		t.Error("the engine is closed, and the command is not answered")
	}
	archived, err := store.Journal().List(context.Background(), true)
	if err != nil || len(archived) != 1 {
		t.Errorf("archived: %v, %v; want the operation", archived, err)
	}
}

// The end of an operation is answered when its record lies in the backups, also
// if another change is being synced meanwhile:
//
//  1. a resource is registered, and its sync takes long;
//  2. the operation is completed, and the sync before its archiving takes long;
//  3. the first sync ends: the end must still not be answered;
//  4. the second one ends.
func TestAnEndIsAnsweredAfterItsArchiving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, faults := faulty(t, mem.NewStore(), Options{})
		op, by := create(t, e)
		first, second := make(chan struct{}), make(chan struct{})
		gates := make(chan chan struct{}, 2)
		gates <- first
		gates <- second
		faults.sync = func() error {
			select {
			case gate := <-gates:
				<-gate
			default:
			}
			return nil
		}
		Submit(e, op, RegisterResource{By: by, Path: "/tmp/x"}, func(Registered, error) {})
		synctest.Wait()
		answered := make(chan error, 1)
		Submit(e, op, CompleteOperation{By: by}, func(_ Done, err error) { answered <- err })
		synctest.Wait()
		close(first)
		synctest.Wait()
		if len(answered) > 0 {
			t.Error("the end was answered before the record was archived")
		}
		close(second)
		if err := <-answered; err != nil {
			t.Error(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}
