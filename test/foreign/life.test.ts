import { describe, expect, it } from 'vitest';
import { startHost } from '../nvml/host.ts';
import { compileC } from './compile.ts';
import { runOn, WAYS } from './run.ts';

describe('a program that opens the library by its soname', () => {
  it.each(WAYS)('by %s: uses it from threads and after forks, in thousands of pairs of init and shutdown, and closed and opened again', async (way) => {
    const machine = await startHost('tesla-v100-8');
    const told = JSON.parse(await runOn(machine, way, compileC(new URL('life.c', import.meta.url), machine))) as unknown;
    expect(told).toEqual({ 'threads': 0, 'pairs': 0, 'forks': 0, 'openings': 0, 'files kept': 0, 'mappings kept': 0 });
    expect((await machine.show()).clients).toEqual([]);
  });
});
