/** How our processes end: with all output written, and even where a call into a driver never returns. */

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

/** A reader that has seen enough (`| head`) is no failure of ours. */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
}
