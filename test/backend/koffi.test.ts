import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createKoffiBackend } from '../../lib/backend/koffi.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { frameOf, listFrame, u64At } from '../contract/frames.ts';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';

const compiled = pathToFileURL(join(packageRoot(), 'dist/lib/backend/koffi.js')).href;

describe('koffi', () => {
  it('offers synchronous calls only', () => {
    expect(createKoffiBackend().capabilities).toEqual({ sync: true, lanes: false });
  });

  it('callAsync, the helper’s way in, calls on another thread and leaves offsets where offsets were', async () => {
    const library = createKoffiBackend().openNow(buildFixtureLibrary());
    const thread = frameOf(8, [0n], [0]);
    expect(await library.callAsync(library.bind('t_thread_id', 'r(p)'), thread)).toEqual({ state: 'done', status: 0 });
    expect(u64At(thread, 0)).not.toBe(BigInt(process.pid));
    const list = listFrame();
    expect(await library.callAsync(library.bind('t_list_sum', 'r(p,p)'), list)).toEqual({ state: 'done', status: 0 });
    expect([u64At(list, 24), u64At(list, 8)]).toEqual([60n, 32n]);
    expect(await library.callAsync(library.bind('t_never_written', 'r()'), frameOf(0))).toEqual({ state: 'absent' });
  });

  it('refuses a function that another library has bound', async () => {
    const backend = createKoffiBackend();
    const [one, other] = [await backend.open(buildFixtureLibrary()), await backend.open(buildFixtureLibrary())];
    expect(() => other.call(one.bind('t_zero', 'r()'), frameOf(0))).toThrow(TypeError);
  });

  it('never unloads a library, not even when the worker that opened it has ended', () => {
    const script = `
      import { readFileSync } from 'node:fs';
      import { Worker } from 'node:worker_threads';
      const code = \`(async () => {
        const { createKoffiBackend } = await import(${JSON.stringify(compiled)});
        await createKoffiBackend().open(${JSON.stringify(buildFixtureLibrary())});
      })()\`;
      await new Promise((resolve) => new Worker(code, { eval: true }).on('exit', resolve));
      console.log(readFileSync('/proc/self/maps', 'utf8').includes(${JSON.stringify(buildFixtureLibrary())}));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000, encoding: 'utf8' });
    expect(output.trim()).toBe('true');
  });

  it('is BACKEND_UNAVAILABLE with the reason and the remedy where its binary is missing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gpuwright-koffi-'));
    const preload = join(folder, 'no-koffi.cjs');
    writeFileSync(
      preload,
      `const Module = require('node:module');
       const load = Module._load;
       Module._load = function (name, ...rest) {
         if (name === 'koffi') throw new Error('no binary for this platform');
         return load.call(this, name, ...rest);
       };`,
    );
    const script = `
      import { createKoffiBackend } from ${JSON.stringify(compiled)};
      try { createKoffiBackend(); } catch (error) { console.log(error.code + ' ' + error.message); }`;
    const { stdout } = spawnSync(process.execPath, ['--require', preload, '--input-type=module', '-e', script], { timeout: 20_000, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(stdout).toMatch(/^BACKEND_UNAVAILABLE koffi: .*no binary for this platform.*npm ci/);
  });
});
