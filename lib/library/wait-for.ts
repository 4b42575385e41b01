/**
 * Waits for shared work no longer than one caller wants to; the work itself goes on for the others.
 */
import { GpuwrightError } from '../errors.ts';

export async function waitFor<T>(work: Promise<T>, options: { readonly deadlineMs: number; readonly signal?: AbortSignal | undefined }, late: () => Error): Promise<T> {
  const { deadlineMs, signal } = options;
  const aborted = (): GpuwrightError => new GpuwrightError('ABORTED', 'aborted by its caller', { cause: signal?.reason });
  if (signal?.aborted) throw aborted();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(late()), deadlineMs);
        onAbort = () => reject(aborted());
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
  }
}
