import type { OperationAbortedEvent } from './protocol.gen.js';

/** The abort flag of an operation as its participant sees it, and a promise of it. */
export class AbortFlag {
  private current: OperationAbortedEvent | undefined;
  private resolve!: (event: OperationAbortedEvent) => void;
  private promise = this.nextAbort();

  /** Whether the flag is set. */
  get isSet(): boolean {
    return this.current !== undefined;
  }

  /** Resolves when the flag is set; at once if it is. After a clearing: the next time. */
  get raised(): Promise<OperationAbortedEvent> {
    return this.promise;
  }

  /** Takes the flag's new value. Returns whether this set a flag that was clear. */
  update(event: OperationAbortedEvent): boolean {
    if (!event.value) {
      if (this.isSet) this.promise = this.nextAbort();
      this.current = undefined;
      return false;
    }
    const raised = !this.isSet;
    this.current = event;
    this.resolve(event);
    return raised;
  }

  private nextAbort(): Promise<OperationAbortedEvent> {
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }
}
