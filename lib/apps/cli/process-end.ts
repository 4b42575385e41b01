/** How our processes end: with all output written, and even where a call into a driver never returns. */

import { fileReason } from '../../../mocks/control/text-file.ts';

/** What may still be under way by itself (a helper process on its way out) gets this long. */
const GRACE_MS = 300;

/** Sets the exit status. If something still holds the event loop after a moment, ends the process by itself. */
export function finish(code: number): void {
  process.exitCode = code;
  // Unreferenced: a process that can end by itself does so at once.
  setTimeout(() => {
    // Pipes and files are written synchronously on Linux; elsewhere an empty write comes back after all that was queued before.
    process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
  }, GRACE_MS).unref();
}

const CANNOT_WRITE = 1;
const closed = new AbortController();

/** Aborted when a reader has gone away: what would go on by itself has nobody to tell it to. */
export function closedPipe(): AbortSignal {
  return closed.signal;
}

/** A reader that has seen enough (`| head`) is no failure of ours: what is under way comes to its end, and to its own exit status. */
export function surviveClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return closed.abort();
      // Where a complaint cannot be written there is no place left to complain; the exit status still tells.
      if (stream === process.stderr) return;
      process.stderr.write(`gpuwright: the output cannot be written (${fileReason(error)}): see where it goes\n`);
      process.exit(CANNOT_WRITE);
    });
  }
}
