import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { structByName } from '../abi/measured.ts';
import { knownHost, LEFT, leftBehind, REFUSED, TOLD } from './known-host.ts';
import type { Report } from './run.ts';
import { runOn, WAYS } from './run.ts';

const PROGRAM = fileURLToPath(new URL('monitor.py', import.meta.url));
const NOT_SUPPORTED = 3;

type Layouts = Readonly<Record<string, { readonly size: number; readonly fields: readonly (readonly [name: string, offset: number, size: number])[] }>>;

describe('a monitor written in Python, with ctypes alone', () => {
  it('has the vendor’s structs', () => {
    const layouts = JSON.parse(execFileSync('python3', [PROGRAM, '--layouts'], { encoding: 'utf8' })) as Layouts;
    const measured = Object.keys(layouts).map((name) => {
      const { size, fields } = structByName.get(name) ?? { size: 0, fields: [] };
      return [name, { size, fields: fields.map((field) => [field.name, field.offset, field.size]) }];
    });
    expect(layouts).toEqual(Object.fromEntries(measured));
  });

  it.each(WAYS)('by %s: over a hundred functions tell what was set, and what it sets stays for others', async (way) => {
    const machine = await knownHost();
    const { told, answered, refused } = JSON.parse(await runOn(machine, way, 'python3', PROGRAM)) as Report;
    expect(told).toMatchObject(TOLD);
    expect(new Set(answered).size).toBeGreaterThanOrEqual(100);
    expect(refused).toEqual(Object.keys(REFUSED).map((name) => `${name} ${NOT_SUPPORTED}`));
    expect(await leftBehind(machine)).toEqual(LEFT);
  });

  it('finds it under the name that linkers use, too', async () => {
    const machine = await knownHost();
    const program = 'import ctypes; print(ctypes.CDLL("libnvidia-ml.so").nvmlInit_v2())';
    expect(await runOn(machine, 'simulate run', 'python3', '-c', program)).toBe('0\n');
  });
});
