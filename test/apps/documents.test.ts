/** What the documents show as TypeScript compiles under strict rules, and does its work on a simulated host. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { startMachine } from '../../mocks/control/index.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { hasMocks } from './cli/program-run.ts';

const root = packageRoot();
/** Inside the package, so that the examples import it by its name. */
const folder = mkdtempSync(join(root, 'dist', 'documents-'));
const files = ['README.md', 'docs/library.md', 'docs/simulator.md', 'docs/fabric.md'].flatMap((document) =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map((block, index) => {
    const file = join(folder, `${basename(document, '.md')}-${index + 1}.ts`);
    writeFileSync(file, block[1] ?? '');
    return file;
  }),
);

let machine: Machine & { stop(): Promise<void> };
beforeAll(async () => {
  if (!hasMocks) return;
  machine = await startMachine('tesla-v100-8', { gpus: 4 });
  await machine.inject({ kind: 'double-bit-ecc', gpu: 3, address: 0x53040n });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  if (hasMocks) await machine.stop();
});

function run(file: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [file.replace(/ts$/, 'js')], { env: machine.environment(), timeout: 30_000, killSignal: 'SIGKILL' }, (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }));
  });
}

describe('examples', () => {
  it('are there, and compile', () => {
    expect(files.length).toBeGreaterThan(9);
    const program = ts.createProgram(files, {
      strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: true, types: ['node'],
      target: ts.ScriptTarget.ES2022, lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'], module: ts.ModuleKind.NodeNext, moduleDetection: ts.ModuleDetectionKind.Force,
    });
    const complaints = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
    expect(complaints.map((one) => `${basename(one.file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(one.messageText, '\n')}`)).toEqual([]);
  }, 60_000);

  // One is itself a test, of what test/nvml tests.
  it.skipIf(!hasMocks).each(files.filter((file) => !readFileSync(file, 'utf8').includes("from 'vitest'")).map((file) => [basename(file, '.ts'), file]))(
    '%s runs',
    async (_, file) => {
      const { code, out, err } = await run(file);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).not.toBe('');
    },
    40_000,
  );
});
