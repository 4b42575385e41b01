import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { requiredVersions } from './elf.ts';

/** What official Node binaries need themselves. CXXABI 1.3.9 came with the same release of GCC as GLIBCXX 3.4.21. */
const FLOOR: Record<string, string> = { GLIBC: '2.28', GLIBCXX: '3.4.21', CXXABI: '1.3.9' };

const addons = [...nodeFiles('build/Release'), ...nodeFiles('prebuilds')];

describe('the built addon', () => {
  it('exists', () => {
    expect(addons, 'build it first: npm run build:native').not.toEqual([]);
  });

  it.each(addons)('%s needs nothing newer than Node does', (file) => {
    const versions = requiredVersions(readFileSync(join(packageRoot(), file)));
    // Every addon needs some symbol of libc; none at all would mean that the reader reads nothing.
    expect(versions.some((version) => version.startsWith('GLIBC_') || file.includes('musl'))).toBe(true);
    expect(versions.filter(isTooNew)).toEqual([]);
  });
});

describe('the reading of versions', () => {
  it('sees what the Node that runs this needs', () => {
    expect(requiredVersions(readFileSync(process.execPath)).some((version) => version.startsWith('GLIBC_2.'))).toBe(true);
  });

  it.each([
    ['GLIBC_2.2.5', false],
    ['GLIBC_2.28', false],
    ['GLIBC_2.34', true],
    ['GLIBC_ABI_DT_RELR', true],
    ['GLIBCXX_3.4.21', false],
    ['GLIBCXX_3.4.29', true],
    ['CXXABI_1.3.13', true],
    ['GLIBC_PRIVATE', true],
  ])('%s is too new: %s', (version, expected) => {
    expect(isTooNew(version)).toBe(expected);
  });
});

function isTooNew(version: string): boolean {
  const [, name = '', number = ''] = /^([A-Z]+)_(.*)$/.exec(version) ?? [];
  const floor = FLOOR[name];
  if (floor === undefined || !/^[0-9.]+$/.test(number)) return true;
  const [have, most] = [number, floor].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const at = most.findIndex((part, index) => (have[index] ?? 0) !== part);
  return at !== -1 ? (have[at] ?? 0) > (most[at] ?? 0) : have.length > most.length;
}

function nodeFiles(folder: string): string[] {
  const absolute = join(packageRoot(), folder);
  if (!existsSync(absolute)) return [];
  const files = readdirSync(absolute, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.node') && !file.includes('obj.target')).map((file) => join(folder, file));
}
