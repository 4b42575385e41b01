import { execFile } from 'node:child_process';

export interface Ending {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** Runs Node in a process of its own until it ends, by itself or, when it hangs, by SIGABRT. */
export function runNode(args: readonly string[], patienceMs = 25_000): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: patienceMs, killSignal: 'SIGABRT', encoding: 'utf8', maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, signal: error?.signal ?? null, lines: stdout.split('\n').filter((line) => line !== ''), errors: stderr });
    });
  });
}
