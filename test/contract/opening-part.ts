import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Shape } from '../../lib/abi/frame.ts';
import type { Backend } from '../../lib/backend/backend.ts';
import { isGpuwrightError } from '../../lib/errors.ts';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';

export function describeOpening(create: () => Promise<Backend> | Backend): void {
  describe('opening', () => {
    let backend: Backend;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'gpuwright-contract-'));
      backend = await create();
    });
    afterAll(async () => {
      await backend.close();
      await rm(folder, { recursive: true });
    });

    it('a library that is missing is LIBRARY_LOAD_FAILED with the path and the loader’s words', async () => {
      const path = join(folder, 'libmissing.so.1');
      const error: unknown = await backend.open(path).catch((thrown: unknown) => thrown);
      expect(isGpuwrightError(error)).toBe(true);
      expect(error).toMatchObject({ code: 'LIBRARY_LOAD_FAILED', message: expect.stringContaining(path) });
      expect((error as Error).message).toContain('cannot open shared object file');
    });

    it('a file that is no library is LIBRARY_LOAD_FAILED too', async () => {
      const path = join(folder, 'libtext.so');
      writeFileSync(path, 'not an ELF file, but long enough to be read as a header of one: '.repeat(4));
      await expect(backend.open(path)).rejects.toMatchObject({ code: 'LIBRARY_LOAD_FAILED', message: expect.stringContaining('invalid ELF header') });
    });

    it('a failed open leaves the backend able to open another', async () => {
      await backend.open(join(folder, 'libmissing.so.1')).catch(() => undefined);
      const library = await backend.open(buildFixtureLibrary());
      expect(library.path).toBe(buildFixtureLibrary());
      expect(library.generation).toBeGreaterThanOrEqual(1);
    });

    it('resolve tells which symbols the library exports', async () => {
      const library = await backend.open(buildFixtureLibrary());
      const present = await library.resolve(['t_zero', 't_never_written', 't_text']);
      expect([...present].sort()).toEqual(['t_text', 't_zero']);
    });

    it('binding looks nothing up, and tells symbol and shape', async () => {
      const library = await backend.open(buildFixtureLibrary());
      expect(library.bind('t_never_written', 'r(p,u32,p)')).toMatchObject({ symbol: 't_never_written', shape: 'r(p,u32,p)' });
    });

    it.each(['r(f64)', 'r(p', 'x()', 'r(p,p,p,p,p,p,p,p,p)', 'r(u32,u32,u32,u32,u32,u32,u32)', ''])('binding the unknown shape %j is a RangeError', async (shape) => {
      const library = await backend.open(buildFixtureLibrary());
      expect(() => library.bind('t_zero', shape as Shape)).toThrow(RangeError);
    });

    it('closing twice is fine, a library and a backend', async () => {
      const own = await create();
      const library = await own.open(buildFixtureLibrary());
      await library.close();
      await library.close();
      await own.close();
      await own.close();
    });
  });
}
