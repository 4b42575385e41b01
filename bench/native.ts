import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../lib/package-root.ts';

export interface BenchLibraries {
  /** trivial.c: the C library that everything calls. */
  readonly library: string;
  /** `empty()` of empty-addon.c. */
  readonly empty: () => undefined;
  remove(): void;
}

/** Compiles the bench's C files into a temporary folder, optimised as vendors' libraries are. */
export function buildLibraries(): BenchLibraries {
  const folder = mkdtempSync(join(tmpdir(), 'gpuwright-bench-'));
  const compile = (source: string, output: string) => {
    const path = join(folder, output);
    const args = ['-std=c11', '-O2', '-Wall', '-Wextra', '-fPIC', '-shared', '-pthread', '-o', path, join(packageRoot(), 'bench', source)];
    execFileSync(process.env['CC'] ?? 'cc', args, { stdio: ['ignore', 'inherit', 'inherit'] });
    return path;
  };
  const library = compile('trivial.c', 'libtrivial.so');
  const addon: { exports: { empty?: () => undefined } } = { exports: {} };
  process.dlopen(addon, compile('empty-addon.c', 'empty.node'));
  const { empty } = addon.exports;
  if (empty === undefined) throw new Error('bench: empty-addon.c exported nothing: was it changed?');
  return { library, empty, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
