/**
 * The promise's outcome, or a rejection with the signal's reason as soon as that
 * is aborted; then `cancel` is called and the promise is left to itself.
 */
export async function abortable<R>(
  promise: Promise<R>,
  signal: AbortSignal | undefined,
  cancel: () => void = () => undefined,
): Promise<R> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  return new Promise<R>((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
