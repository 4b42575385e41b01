/** C programs that know nothing of the project: compiled strictly against the generated header, run on a simulated host. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import type { Machine } from '../../mocks/control/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gpuwright-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `CC` chooses the compiler, as for the mocks. */
export function compileC(source: URL, machine: Machine): string {
  const program = join(folder, basename(source.pathname, '.c'));
  const flags = ['-std=c11', '-O1', '-g', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE', '-pthread', `-I${join(packageRoot(), 'mocks/generated')}`];
  execFileSync(process.env['CC'] ?? 'cc', [...flags, '-o', program, fileURLToPath(source), machine.nvmlLibrary], { stdio: ['ignore', 'inherit', 'inherit'] });
  return program;
}

/** What `gpuwright simulate run` gives a program. */
export function environmentOn(machine: Machine): NodeJS.ProcessEnv {
  return { ...process.env, LD_LIBRARY_PATH: dirname(machine.nvmlLibrary) };
}
