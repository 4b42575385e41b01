import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAddonBackend } from '../../lib/backend/addon.ts';
import type { Backend } from '../../lib/backend/backend.ts';
import { createHelperProcessBackend } from '../../lib/backend/helper-process/index.ts';
import { createKoffiBackend } from '../../lib/backend/koffi.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';
import { frameOf } from './frames.ts';
import { describeBackendContract } from './contract.ts';

/** Source text that makes the same backend in another process, from the compiled package. */
function exportOf(file: string, call: string): string {
  const url = pathToFileURL(join(packageRoot(), 'dist/lib/backend', file)).href;
  return `const { ${call.slice(0, call.indexOf('('))} } = await import(${JSON.stringify(url)}); const backend = ${call};`;
}

const helper = (inner: 'addon' | 'koffi'): [() => Backend, string] => [
  () => createHelperProcessBackend({ inner }),
  exportOf('helper-process/index.js', `createHelperProcessBackend({ inner: '${inner}' })`),
];

const implementations: Record<string, [() => Backend, string]> = {
  addon: [createAddonBackend, exportOf('addon.js', 'createAddonBackend()')],
  koffi: [createKoffiBackend, exportOf('koffi.js', 'createKoffiBackend()')],
  'helper-process(addon)': helper('addon'),
  'helper-process(koffi)': helper('koffi'),
};

// Compiled code may be missing where somebody runs one test file of a fresh clone: better said once than by fifty timeouts.
beforeAll(() => expect(existsSync(join(packageRoot(), 'dist/lib/backend/helper-process/child.js')), 'compile first: npm run build:ts').toBe(true));

for (const [name, [create, inAnotherProcess]] of Object.entries(implementations)) describeBackendContract(name, create, inAnotherProcess);

// A suite that is green because the addon was missing would say nothing about what users run.
describe('the backends that ran', () => {
  it.each(Object.entries(implementations))('%s loads here and calls', async (name, [create]) => {
    const backend = create();
    expect(backend.name).toBe(name);
    const library = await backend.open(buildFixtureLibrary());
    const outcome = backend.capabilities.lanes
      ? (await library.submit('a', [{ fn: library.bind('t_status', 'r(u32)'), frame: frameOf(0, [9n]) }], { deadlineMs: 20_000 }))[0]
      : { state: 'done', status: library.call(library.bind('t_status', 'r(u32)'), frameOf(0, [9n])) };
    expect(outcome).toEqual({ state: 'done', status: 9 });
    await backend.close();
  });
});
