import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../lib/package-root.ts';

export interface BenchLibrary {
  /** Of trivial.c, the library that everything calls. */
  readonly path: string;
  /** Of foreign-loop.c, a C program's loop over an NVML library. */
  readonly foreignLoop: string;
  remove(): void;
}

/** Compiles both into a temporary folder; optimised as vendors' libraries are. */
export function buildLibrary(): BenchLibrary {
  const folder = mkdtempSync(join(tmpdir(), 'gpuwright-bench-'));
  const compiled = (name: string): string => {
    const path = join(folder, `lib${name}.so`);
    const source = join(packageRoot(), 'bench', `${name}.c`);
    execFileSync(process.env['CC'] ?? 'cc', ['-std=c11', '-O2', '-Wall', '-Wextra', '-fPIC', '-shared', '-pthread', '-o', path, source, '-ldl'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return path;
  };
  return { path: compiled('trivial'), foreignLoop: compiled('foreign-loop'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
