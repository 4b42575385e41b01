/** Running `gpuwright-machine`: argument vectors only, no shell. */
import { execFile } from 'node:child_process';
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

function errorOf(words: readonly string[], stderr: string, cause: Error): GpuwrightError {
  try {
    const { code, message } = JSON.parse(stderr) as { code: string; message: string };
    if (CODES.has(code)) return new GpuwrightError(code as ErrorCode, message);
  } catch {
    // not one of its own refusals
  }
  return new GpuwrightError('MOCKS_UNAVAILABLE', `gpuwright-machine ${words.slice(1).join(' ')}: ${stderr.trim() || cause.message}: build the mocks anew with \`make -C mocks\``, { cause });
}

/** Its standard output. Rejects with the refusal it printed. */
export function runTool(mocks: Mocks, words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(mocks.executable, words, { maxBuffer: 64 << 20, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error) reject(errorOf(words, stderr, error));
      else resolve(stdout);
    });
    // It may refuse before it has read everything.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
