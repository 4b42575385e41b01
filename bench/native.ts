import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../lib/package-root.ts';

export interface BenchLibrary {
  readonly path: string;
  remove(): void;
}

/** Compiles trivial.c, the C library that everything calls, into a temporary folder; optimised as vendors' libraries are. */
export function buildLibrary(): BenchLibrary {
  const folder = mkdtempSync(join(tmpdir(), 'gpuwright-bench-'));
  const path = join(folder, 'libtrivial.so');
  const source = join(packageRoot(), 'bench', 'trivial.c');
  execFileSync(process.env['CC'] ?? 'cc', ['-std=c11', '-O2', '-Wall', '-Wextra', '-fPIC', '-shared', '-pthread', '-o', path, source], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
