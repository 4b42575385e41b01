/** Running `gpuwright-machine`: argument vectors only, no shell. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GpuwrightError } from '../../lib/errors.ts';
import type { ErrorCode } from '../../lib/errors.ts';

/** Where the built mocks are. */
export interface Mocks {
  readonly executable: string;
  readonly nvmlTemplate: string;
  readonly nvfmTemplate: string;
}

/** `GPUWRIGHT_MOCKS_BUILD` names another build of the mocks, such as one with sanitizers. */
export function findMocks(root: string): Mocks {
  const folder = process.env['GPUWRIGHT_MOCKS_BUILD'] || join(root, 'mocks/build');
  const mocks = { executable: join(folder, 'gpuwright-machine'), nvmlTemplate: join(folder, 'libnvidia-ml.so.1'), nvfmTemplate: join(folder, 'libnvfm.so.1') };
  const missing = Object.values(mocks).find((file) => !existsSync(file));
  if (missing !== undefined) {
    throw new GpuwrightError('MOCKS_UNAVAILABLE', `${missing}: not built, so there are no simulated hosts: install a C compiler and make, then run \`make -C ${join(root, 'mocks')}\``);
  }
  return mocks;
}

/** No list in TypeScript can be checked against the C side's at compile time; an unknown code still reads as an error. */
const CODES: ReadonlySet<string> = new Set<ErrorCode>(['MACHINE_EXISTS', 'MACHINE_INVALID', 'MACHINE_BUSY', 'INVALID_INPUT', 'TIMEOUT', 'DRIVER_NOT_LOADED', 'GPU_IS_LOST']);

interface Ending {
  readonly stderr?: string;
  readonly code?: number | null;
  readonly signal?: NodeJS.Signals | null;
  /** It could not even be started. */
  readonly cause?: Error;
}

/** These say nothing of the tool. */
const FROM_OUTSIDE: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'];

function errorOf(words: readonly string[], { stderr = '', code, signal, cause }: Ending): GpuwrightError {
  try {
    const refusal = JSON.parse(stderr) as { code: string; message: string };
    if (CODES.has(refusal.code)) return new GpuwrightError(refusal.code as ErrorCode, refusal.message);
  } catch {
    // not one of its own refusals
  }
  const what = `gpuwright-machine ${words.slice(1).join(' ')}`;
  if (signal && FROM_OUTSIDE.includes(signal)) return new GpuwrightError('ABORTED', `${what}: was ended by ${signal}: see what it has done, and do the rest again`);
  const happened = stderr.trim() || cause?.message || (signal ? `was ended by ${signal}` : `exited with ${code}`);
  return new GpuwrightError('MOCKS_UNAVAILABLE', `${what}: ${happened}: build the mocks anew with \`make -C mocks\``, { cause });
}

/** Its standard output. Rejects with the refusal it printed. */
export function runTool(mocks: Mocks, words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    // In a session of its own: Ctrl-C is ours to answer, and ends no tool in the middle of a change.
    const child = spawn(mocks.executable, words, { detached: true, stdio: 'pipe' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => out.push(data));
    child.stderr.on('data', (data: Buffer) => err.push(data));
    child.on('error', (cause) => reject(errorOf(words, { cause })));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else reject(errorOf(words, { stderr: Buffer.concat(err).toString(), code, signal }));
    });
    // It may refuse before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
