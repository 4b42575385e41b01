/** Programs that know nothing of the project, run on a simulated host in both ways that a user has. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../lib/package-root.ts';
import type { Machine } from '../../mocks/control/index.ts';

export const WAYS = ['simulate run', 'the environment'] as const;

const COMMAND_LINE = join(packageRoot(), 'dist/lib/apps/cli/main.js');

/** Its standard output. Rejects where it fails, says anything on stderr, or hangs. */
export async function runOn(machine: Machine, way: (typeof WAYS)[number], program: string, ...args: string[]): Promise<string> {
  const words = way === 'simulate run' ? [process.execPath, COMMAND_LINE, 'simulate', 'run', machine.file, '--', program, ...args] : [program, ...args];
  const env = way === 'simulate run' ? process.env : machine.environment();
  const { stdout, stderr } = await promisify(execFile)(words[0] as string, words.slice(1), { env, timeout: 25_000, killSignal: 'SIGKILL' });
  if (stderr !== '') throw new Error(`${program}: ${stderr}`);
  return stdout;
}

/** What the monitors print. */
export interface Report {
  readonly told: Readonly<Record<string, string | number>>;
  readonly answered: readonly string[];
  /** `NAME STATUS`. */
  readonly refused: readonly string[];
}
