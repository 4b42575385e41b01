import { setMaxListeners } from 'node:events';

/** One signal ends the calls on all GPUs at once; Node takes more than ten listeners for a leak, and says so to the user. */
export function allowManyListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // A signal that is none of Node's own has no such limit.
  }
}
