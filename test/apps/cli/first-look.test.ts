import { describe, expect, it } from 'vitest';
import { showFirstLook } from '../../../lib/apps/cli/first-look.ts';
import type { Ports } from '../../../lib/apps/cli/ports.ts';
import { GpuwrightError } from '../../../lib/errors.ts';
import { pageRetirementCard } from '../../diagnosis/cards.ts';
import { fakeWorld, LIBRARY_MISSING } from './fakes.ts';
import type { FakeWorld } from './fakes.ts';

async function firstLook(world: FakeWorld): Promise<{ out: string; done: readonly string[] }> {
  const { ports, seen } = fakeWorld(world);
  await showFirstLook(ports, () => '/nowhere');
  return { out: seen.out.join(''), done: seen.done };
}

/** A simulated host opens though the real one does not. */
const absent = (rest: Partial<Ports> = {}): FakeWorld => ({ looks: [LIBRARY_MISSING, [pageRetirementCard()]], anyMachine: true, ports: rest });

describe('npm start', () => {
  it('shows this host where it has a driver, and simulates nothing', async () => {
    const { out, done } = await firstLook({ looks: [[pageRetirementCard()]] });
    expect(out).toMatch(/^Driver 535.129.03 {2}1 GPU: 1 ok/);
    expect(done).toEqual([]);
  });

  it('makes a simulated host where there is no library at all, and says so and why in its first line', async () => {
    const { out, done } = await firstLook(absent());
    expect(out.split('\n')[0]).toMatch(/^SIMULATED, because this host has no NVIDIA library/);
    expect(out).toMatch(/1 GPU: 1 ok/);
    expect(done[0]).toMatch(/^create .*"profile":"tesla-v100-8"/);
    // History first, through a reload; then something that waits.
    expect(done.slice(1).map((one) => one.split(' ')[0])).toEqual(['inject', 'inject', 'reload-driver', 'advance', 'inject']);
    expect(done.at(-1)).toContain('double-bit-ecc');
  });

  it.each(['LIBRARY_LOAD_FAILED', 'DRIVER_NOT_LOADED', 'VERSION_MISMATCH'] as const)('shows %s as the failure, and simulates nothing', async (code) => {
    const { out, done } = await firstLook({ looks: [new GpuwrightError(code, 'libnvidia-ml: it is there and fails')] });
    expect(out).toContain('it is there and fails');
    expect(out).not.toContain('SIMULATED');
    expect(done).toEqual([]);
  });

  it('says that there are no simulated hosts without a compiler', async () => {
    const createMachine = async () => {
      throw new GpuwrightError('MOCKS_UNAVAILABLE', 'not built: install a C compiler');
    };
    const { out } = await firstLook(absent({ createMachine }));
    expect(out).not.toContain('SIMULATED');
    expect(out).toContain('not built: install a C compiler');
  });
});
