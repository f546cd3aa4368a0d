import type { SidecarEvents } from './protocol.gen.js';

/** What to do about each event; those without a handler are skipped. */
export type EventHandlers = {
  readonly [E in keyof SidecarEvents]?: (event: SidecarEvents[E]) => Promise<void> | undefined;
};

/** Calls the handler of a notification. One of a newer minor version has none, and is skipped. */
export function handleEvent(handlers: EventHandlers, method: string, params: unknown): void {
  if (!Object.hasOwn(handlers, method)) return;
  // What a sidecar sends under this name and what the handler takes stem from one schema.
  const handler = handlers[method as keyof SidecarEvents] as (event: unknown) => Promise<void>;
  void handler(params);
}
