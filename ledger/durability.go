package ledger

// acknowledge answers a batch that is written: at once, or after the sync that
// the durability asks for. An operation that has ended is answered when it is
// archived, too.
func (o *operation) acknowledge(b *batch) {
	if b.state.Phase.Ended() {
		o.ending = append(o.ending, b.answer)
		o.mu.Lock()
		o.inbox.archive = true
		o.mu.Unlock()
		return
	}
	switch o.engine.opts.Durability {
	case ProcessDurability:
		b.answer(nil)
	case DiskDurability:
		o.syncThen(b.answer)
	default:
		for _, e := range b.events {
			if obligation(e) {
				o.syncThen(b.answer)
				return
			}
		}
		b.answer(nil)
		o.syncSoon()
	}
}

// syncThen has the log synced, and then calls answer. All who come while one
// sync is under way share the next one.
func (o *operation) syncThen(answer func(error)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone { // shut has synced everything
		go answer(nil)
		return
	}
	o.unsynced = append(o.unsynced, answer)
	if !o.syncing {
		o.syncing = true
		o.syncers.Go(o.syncLoop)
	}
}

func (o *operation) syncLoop() {
	for {
		o.mu.Lock()
		waiting := o.unsynced
		o.unsynced = nil
		o.syncing = len(waiting) > 0
		o.mu.Unlock()
		if len(waiting) == 0 {
			return
		}
		err := storageError(o.id, o.log.Sync())
		for _, answer := range waiting {
			answer(err)
		}
	}
}

// syncSoon has what was acknowledged without a sync synced within the bound.
func (o *operation) syncSoon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.syncTimer {
		return
	}
	o.syncTimer = true
	o.engine.opts.Clock.AfterFunc(o.engine.opts.Timings.Coalesce, func() {
		o.mu.Lock()
		o.syncTimer = false
		o.mu.Unlock()
		o.syncThen(func(err error) {
			if err != nil {
				o.engine.logger().Error("sync", "operation", o.id, "error", err)
			}
		})
	})
}
