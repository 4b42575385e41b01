import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GpuwrightError } from '../../lib/errors.ts';
import type { LibraryLocation } from '../../lib/library/locate.ts';
import { isLibraryAbsent, libraryCandidates, openFirst, saysAbsent } from '../../lib/library/locate.ts';
import { ScriptedBackend } from './scripted-backend.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'gpuwright-locate-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const location = (): LibraryLocation => ({ name: 'libx', sonames: ['libx.so.1', 'libx.so'], folders: [folder], remedy: 'install x' });
const noFile = (path: string): string => `${path}: cannot open shared object file: No such file or directory`;

describe('candidates', () => {
  it('are sonames first, then folders; an explicit path is the only one', () => {
    expect(libraryCandidates(location())).toEqual(['libx.so.1', 'libx.so', `${folder}/libx.so.1`, `${folder}/libx.so`]);
    expect(libraryCandidates(location(), '/a/b.so')).toEqual(['/a/b.so']);
  });
});

describe('opening the first', () => {
  it('that loads ends the search', async () => {
    const backend = new ScriptedBackend({}, (path) => (path === 'libx.so' ? undefined : noFile(path)));
    expect((await openFirst(backend, location())).path).toBe('libx.so');
  });

  it('where none exists lists every path with the loader’s words and the remedy', async () => {
    const failure = await openFirst(new ScriptedBackend({}, noFile), location()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'LIBRARY_NOT_FOUND' });
    expect(isLibraryAbsent(failure)).toBe(true);
    const { message } = failure as Error;
    const lines = message.split('\n');
    expect(lines.slice(1)).toEqual(libraryCandidates(location()).map((path) => `  ${noFile(path)}`));
    expect(message).toContain('install x');
  });

  it.each([
    ['a cause', (path: string) => new GpuwrightError('LIBRARY_LOAD_FAILED', `${path}: no: check that the file exists and was built for this machine`, { cause: new Error(`${path}: wrong ELF class`) })],
    ['the cause of koffi', (path: string) => new GpuwrightError('LIBRARY_LOAD_FAILED', `${path}: no: check that`, { cause: new Error('Failed to load shared library: wrong ELF class') })],
    ['no cause', (path: string) => new GpuwrightError('LIBRARY_LOAD_FAILED', `${path}: wrong ELF class: check that the file exists and was built for this machine`)],
  ])('gives path and words once each, what is there first, from an error with %s', async (_, errorOf) => {
    const backend = new ScriptedBackend({});
    backend.open = (path) => Promise.reject(path === 'libx.so' ? errorOf(path) : new GpuwrightError('LIBRARY_LOAD_FAILED', `${noFile(path)}: check that the file exists and was built for this machine`));
    const failure = await openFirst(backend, location()).catch((error: unknown) => error);
    const [, first, ...rest] = (failure as Error).message.split('\n');
    expect(first).toBe('  libx.so: there, but does not load: wrong ELF class');
    expect(rest).toEqual(['libx.so.1', `${folder}/libx.so.1`, `${folder}/libx.so`].map((path) => `  ${noFile(path)}`));
  });

  it('says that a library is there when only its dependency is missing', async () => {
    const backend = new ScriptedBackend({}, (path) => (path === 'libx.so.1' ? noFile('libdependency.so.3') : noFile(path)));
    const failure = await openFirst(backend, location()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'LIBRARY_LOAD_FAILED', message: expect.stringContaining('libdependency.so.3') as string });
    expect(isLibraryAbsent(failure)).toBe(false);
  });

  it.each([
    ['a file that is no library', (path: string) => writeFileSync(path, 'text'), 'invalid ELF header'],
    ['a dangling link', (path: string) => symlinkSync('/nowhere/libx.so.1', path), 'cannot open shared object file: No such file or directory'],
  ])('takes %s for present', async (_, make, words) => {
    const path = join(folder, 'libx.so.1');
    make(path);
    const failure = await openFirst(new ScriptedBackend({}, (name) => (name === path ? `${path}: ${words}` : noFile(name))), location()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'LIBRARY_LOAD_FAILED' });
  });

  it('does not go on when the backend itself fails', async () => {
    const backend = new ScriptedBackend({});
    backend.open = () => Promise.reject(new GpuwrightError('ADDON_UNAVAILABLE', 'addon: not built: build it'));
    await expect(openFirst(backend, location())).rejects.toMatchObject({ code: 'ADDON_UNAVAILABLE' });
  });
});

describe('the loader’s words', () => {
  it.each([
    [true, 'libx.so.1: cannot open shared object file: No such file or directory'],
    [true, 'dlopen: libx.so.1: cannot open shared object file: No such file or directory: install it'],
    [false, 'libx.so.1: dlopen: liby.so: cannot open shared object file: No such file or directory'],
    [false, 'libx.so.1: cannot open shared object file: Permission denied'],
    [false, 'notlibx.so.1: cannot open shared object file: No such file or directory'],
    [true, 'Error loading shared library libx.so.1: No such file or directory'],
    [false, 'Error loading shared library libx.so.1: No such file or directory (needed by libz.so)'],
  ])('mean absent: %s for %s', (absent, message) => {
    expect(saysAbsent('libx.so.1', message)).toBe(absent);
  });
});
