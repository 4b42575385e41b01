/** The compiled program in a child process, with a timer that kills it. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../lib/package-root.ts';

export const MAIN = join(packageRoot(), 'dist/lib/apps/cli/main.js');
export const START = join(packageRoot(), 'dist/lib/apps/cli/start.js');
/** Without a C compiler there are none. */
export const hasMocks = existsSync(join(packageRoot(), 'mocks/build/gpuwright-machine'));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Called with all output so far; `kill` sends a signal to the child. */
  readonly onOutput?: (out: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** Kills the child when aborted. */
  readonly signal?: AbortSignal;
  /** Signals reach all processes that it started as well, as from a terminal. */
  readonly asForegroundGroup?: boolean;
  /** Reads so much and goes away, like `head`. */
  readonly readOnly?: number;
  /** Where its output goes instead of to us. */
  readonly outputFile?: string;
}

const KILL_AFTER_MS = 60_000;

export function node(script: string, words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const output = options.outputFile === undefined ? 'pipe' : openSync(options.outputFile, 'w');
    const child = spawn(process.execPath, [script, ...words], { env: { ...process.env, ...options.env }, stdio: ['ignore', output, 'pipe'], detached: options.asForegroundGroup === true });
    if (typeof output === 'number') closeSync(output);
    const kill = (signal: NodeJS.Signals) => (options.asForegroundGroup === true ? process.kill(-(child.pid ?? 0), signal) : child.kill(signal));
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    options.signal?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
    let out = '';
    let err = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.length >= (options.readOnly ?? Infinity)) child.stdout?.destroy();
      options.onOutput?.(out, kill);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, out, err });
    });
  });
}

export function gpuwright(...words: string[]): Promise<Ended> {
  return node(MAIN, words);
}
