import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineOnLibraryPath } from '../../../lib/apps/cli/library-path.ts';
import { wrap } from '../../../lib/apps/cli/table.ts';
import { address, duration } from '../../../lib/apps/cli/values.ts';

describe('a time', () => {
  it.each([['5', 5000], ['5s', 5000], ['500ms', 500], ['1.5', 1500], ['2m', 120_000]])('%s', (text, milliseconds) => expect(duration(text)).toBe(milliseconds));
  it('says of a time of nothing that it is too short', () => expect(() => duration('0')).toThrow(/'0' is too short: give at least 1ms/));
  it.each(['', '-1', '0', '5h', '1e3', 'ms', '0.0001', '100000000'])('is not "%s"', (text) => expect(() => duration(text)).toThrow(/: give/));
});

it('any 64-bit address is understood, in both notations', () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => address(`0x${value.toString(16)}`) === value && address(value.toString()) === value));
});

it('a broken line keeps its words, and no line is longer than it may be unless one word is', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), fc.integer({ min: 20, max: 60 }), (words, columns) => {
      const wrapped = wrap(words.join(' '), columns, '    ');
      return wrapped.split(/\s+/).filter((word) => word !== '').join(' ') === words.join(' ') && wrapped.split('\n').every((line) => line.length <= columns);
    }),
  );
});

describe('the machine on LD_LIBRARY_PATH', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gpuwright-path-'));
  const machine = join(folder, 'm');
  for (const path of [`${machine}.lib`, join(folder, 'driver'), join(folder, 'lonely.lib'), join(folder, 'empty')]) mkdirSync(path);
  for (const path of [machine, `${machine}.lib/libnvidia-ml.so.1`, join(folder, 'driver/libnvidia-ml.so.1'), join(folder, 'lonely.lib/libnvidia-ml.so.1')]) writeFileSync(path, '');
  it('is the first one that has the library', () => {
    expect(machineOnLibraryPath(`${join(folder, 'empty')}:${machine}.lib/:${join(folder, 'driver')}`)).toBe(machine);
    expect(machineOnLibraryPath(`${join(folder, 'driver')}:${machine}.lib`)).toBeUndefined();
    expect(machineOnLibraryPath(join(folder, 'lonely.lib'))).toBeUndefined();
    expect(machineOnLibraryPath(undefined)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });
});
