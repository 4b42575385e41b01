/**
 * One program, run with a vector of arguments (never through a shell), heard to its end or ended at its deadline.
 */
import { spawn } from 'node:child_process';
import { GpuwrightError } from '../errors.ts';

export interface ProgramResult {
  /** Null: ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunProgramOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with `NOT_FOUND` where there is no such program, `TIMEOUT` after the deadline, `ABORTED`. A bad exit code is a result. */
export type RunProgram = (program: string, args: readonly string[], options: RunProgramOptions) => Promise<ProgramResult>;

/** More than any answer that we ask for. */
const MOST_BYTES = 32 * 1024 * 1024;

export const runProgram: RunProgram = async (program, args, { deadlineMs, signal }) => {
  if (signal?.aborted) throw aborted(program, signal);
  return await new Promise((resolve, reject) => {
    // A session of its own: no terminal that it could ask for a password, and its children end with it.
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, LC_ALL: 'C', SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '' } });
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;

    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    // Not waited for: what hangs in the kernel does not die, and a child that inherited the pipes keeps them open.
    const giveUp = (error: GpuwrightError): void => {
      killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      settle(() => reject(error));
    };
    const onAbort = (): void => giveUp(aborted(program, signal));
    const timer = setTimeout(() => giveUp(new GpuwrightError('TIMEOUT', `${program}: gave no answer within ${deadlineMs} ms and was ended: look why it hangs`, { call: program })), deadlineMs);
    signal?.addEventListener('abort', onAbort, { once: true });

    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) giveUp(new GpuwrightError('IMPLAUSIBLE_ANSWER', `${program}: wrote more than ${MOST_BYTES} bytes: ask for less`, { call: program }));
        else chunks[name].push(chunk);
      });
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      const absent = error.code === 'ENOENT';
      settle(() => reject(new GpuwrightError(absent ? 'NOT_FOUND' : 'NO_PERMISSION', absent ? `${program}: there is no such program on the PATH: install it, or add its folder to the PATH` : `${program}: cannot be run (${error.code}): look at its permissions`, { call: program, cause: error })));
    });
    child.on('close', (exitCode) => settle(() => resolve({ exitCode, stdout: Buffer.concat(chunks.stdout).toString(), stderr: Buffer.concat(chunks.stderr).toString() })));
  });
};

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function aborted(program: string, signal: AbortSignal | undefined): GpuwrightError {
  return new GpuwrightError('ABORTED', `${program}: aborted by its caller`, { call: program, cause: signal?.reason });
}
