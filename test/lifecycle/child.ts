import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';

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

export interface Life {
  readonly child: ChildProcessWithoutNullStreams;
  /** Waits for it to say so. Throws where it ends without. */
  says(word: string): Promise<void>;
  /** Exit code and signal; SIGKILL where it hangs. */
  readonly ended: Promise<readonly [number | null, string | null]>;
}

/** Node in a process of its own that is talked to while it lives. */
export function startNode(args: readonly string[], patienceMs = 20_000): Life {
  const child = spawn(process.execPath, args);
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => {
    clearTimeout(timer);
    return [code as number | null, signal as string | null] as const;
  });
  const says = async (word: string): Promise<void> => {
    while (!output.includes(word)) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended without saying ${word}: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return { child, says, ended };
}
