import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAddon } from '../../lib/backend/addon-binding.ts';
import { isGpuwrightError } from '../../lib/errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpuwright-binding-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The one-line message for a load that fails with these words of the loader. */
function messageFor(words: string): string {
  try {
    loadAddon(() => {
      throw new Error(words);
    });
  } catch (error) {
    expect(isGpuwrightError(error) && error.code).toBe('ADDON_UNAVAILABLE');
    return (error as Error).message;
  }
  throw new Error('it loaded');
}

describe('an addon that does not load', () => {
  it('says how to build it where there is none', () => {
    expect(() => loadAddon(undefined, folder)).toThrow(/there is no build for linux-.*npm run build:native.*GPUWRIGHT_BACKEND=koffi/);
  });

  it('says that the file is not for this machine', () => {
    mkdirSync(join(folder, 'foreign/build/Release'), { recursive: true });
    writeFileSync(join(folder, 'foreign/build/Release/gpuwright.node'), 'no ELF file at all, but long enough for the loader to read a header from it'.repeat(10));
    expect(() => loadAddon(undefined, join(folder, 'foreign'))).toThrow(/no file for .*invalid ELF header.*npm run build:native/);
  });

  it.each([
    ["/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /x/gpuwright.node)", /built for GLIBC 2\.34, newer than this system has.*rebuild/],
    ["/usr/lib/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by /x/gpuwright.node)", /built for GLIBCXX 3\.4\.30, newer/],
    ['/x/gpuwright.node: wrong ELF class: ELFCLASS32', /no file for .*wrong ELF class/],
    ['Error loading shared library libstdc++.so.6: No such file or directory (needed by /x/gpuwright.node)', /libstdc\+\+.*install/],
    ['something nobody has seen', /something nobody has seen: reinstall/],
  ])('%s', (words, message) => {
    expect(messageFor(words)).toMatch(message);
  });
});
