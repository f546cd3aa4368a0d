package ledger

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/tomledger/tomledger/ledger/internal/journal/mem"
)

// Wait's condition is not called once Wait has returned, although an update is
// under way:
//
//  1. the condition looks at the present state, and meanwhile
//  2. something happens, whose update is held up by a subscriber before Wait's;
//  3. the condition holds, Wait returns;
//  4. the update goes on.
func TestWaitIsOverWhenItReturns(t *testing.T) { synctest.Test(t, waitAndReturn) }

func waitAndReturn(t *testing.T) {
	ctx := context.Background()
	e, _ := faulty(t, mem.NewStore(), Options{})
	op, by := create(t, e)
	underWay, goOn, answered := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	if _, err := e.Subscribe(op, func(u Update) {
		if len(u.Events) > 0 && u.Events[0].Type() == TypeLogged {
			close(underWay)
			<-goOn
		}
	}); err != nil {
		t.Fatal(err)
	}
	synctest.Wait() // its creation is no news any more
	var over atomic.Bool
	_, err := e.Wait(ctx, op, func(*State) bool {
		if over.Load() {
			t.Error("the condition is called after Wait has returned")
			return false
		}
		go func() {
			_, err := Do(ctx, e, op, WriteLog{By: by, Message: "m"})
			answered <- err
		}()
		<-underWay
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	over.Store(true)
	close(goOn)
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
