/** A host captured through NVML alone; a simulated one, so that it is known what it should tell. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LiveCapture } from '../../../../../lib/apps/cli/simulate/live/live-host.ts';
import { LiveHost } from '../../../../../lib/apps/cli/simulate/live/live-host.ts';
import { ALWAYS_THERE, LIVE_READS } from '../../../../../lib/apps/cli/simulate/live/reads.ts';
import { Nvml } from '../../../../../lib/nvml/index.ts';
import { models } from '../../../../../mocks/control/index.ts';
import type { Machine, ProfileDocument } from '../../../../../mocks/control/index.ts';
import { host } from '../../../../mocks/simulated-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'gpuwright-live-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMES = new Set([...LIVE_READS.flatMap(({ tells }) => Object.keys(tells)), 'memory.repair', 'memory.banks', 'memory.row-bytes']);
const UNIQUE = ['board.uuid', 'board.serial'];

async function withLive<T>(machine: Machine, use: (live: LiveHost) => Promise<T>): Promise<T> {
  await using nvml = await Nvml.open({ library: machine.nvmlLibrary, isolation: 'in-process' });
  return await use(await LiveHost.of(nvml));
}

const captured = (machine: Machine, known = models(), anonymous = false): Promise<LiveCapture> =>
  withLive(machine, (live) => live.capture(known, { anonymous, time: new Date('2026-01-01T00:00:00Z') }));

async function remade(profile: ProfileDocument): Promise<Machine> {
  const file = join(folder, 'live.json');
  writeFileSync(file, JSON.stringify(profile));
  return await host(file);
}

async function told(machine: Machine, without: readonly string[] = []): Promise<Record<string, string>> {
  const all = (await machine.attributes()).map(({ name, value }) => [name, value] as const);
  return Object.fromEntries(all.filter(([name]) => NAMES.has(name.replace(/^gpu\.\d+\./, '')) && !without.some((one) => name.endsWith(one))));
}

describe('a live host that is captured', () => {
  it.each(['tesla-v100-8', 'hgx-h100-8', 'a100-pcie-4', 'rtx-3090-2', 'mixed-a100-t4'])('%s makes one that NVML tells the same of', async (name) => {
    const machine = await host(name, { driver: '580.65.06', attributes: { 'gpu.*.load.gpu-percent': 71, 'gpu.1.thermal.gpu-celsius': 66, 'gpu.0.board.name': 'One of "its" kind' } });
    const { profile, notRead } = await captured(machine);
    expect(notRead).toEqual([]);
    const copy = await remade(profile);
    expect(await told(copy)).toEqual(await told(machine));
    expect((await copy.show()).driverVersion).toBe('580.65.06');
  });

  it('of models that nobody knows can be made all the same', async () => {
    for (const name of ['tesla-v100-8', 'hgx-a100-8', 'rtx-3090-2']) {
      const machine = await host(name, { gpus: 1 });
      const { profile } = await captured(machine, []);
      expect(profile.gpus[0]).not.toHaveProperty('model');
      expect(await told(await remade(profile))).toEqual(await told(machine));
    }
  });

  it('without what is unique keeps the rest', async () => {
    const machine = await host('hgx-a100-8', { gpus: 2 });
    const { profile } = await captured(machine, models(), true);
    const { gpus } = await machine.show();
    for (const { uuid, serial } of gpus) expect(JSON.stringify(profile)).not.toMatch(new RegExp(`${uuid}|${serial}`));
    expect(await told(await remade(profile), UNIQUE)).toEqual(await told(machine, UNIQUE));
  });

  it('says what the card does not have, names what could not be read, and guesses neither', async () => {
    const machine = await host('hgx-a100-8', { gpus: 2 });
    await machine.inject({ kind: 'fail', gpu: 1, function: 'nvmlDeviceGetPowerManagementLimit', returnCode: 999 });
    await machine.inject({ kind: 'absent', function: 'nvmlDeviceGetSerial' });
    const { profile, notRead } = await captured(machine);
    expect(notRead).toMatchObject([{ gpu: 1, attributes: ['power.limit-milliwatts'], message: expect.stringContaining('nvmlDeviceGetPowerManagementLimit') }]);
    expect(profile.gpus[0]).toMatchObject({ pci: '0000:07:00.0', model: 'a100-sxm4-80', attributes: { board: { serial: null }, power: { 'limit-milliwatts': 400_000 } } });
    expect(profile.gpus[1]?.attributes['power']).not.toHaveProperty('limit-milliwatts');
  });

  it('is watched', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1, attributes: { 'gpu.0.load.pattern': 'steady', 'host.clock-frozen': true } });
    const [seen] = await withLive(machine, (live) => live.look());
    const { gpus } = await machine.readings();
    expect(seen).toMatchObject({ 'load.gpu-percent': gpus[0]?.gpuPercent, 'power.usage-milliwatts': gpus[0]?.powerMilliwatts, 'thermal.gpu-celsius': gpus[0]?.gpuCelsius, 'memory.used-bytes': gpus[0]?.usedBytes, 'clocks.sm-mhz': gpus[0]?.clocksMhz.sm });
    expect(seen).not.toHaveProperty('board.name');
  });

  it('tells of ECC errors when they come', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await machine.inject({ kind: 'single-bit-ecc', gpu: 0, address: 0x40n });
    const dram = 'ecc.aggregate.corrected.dram';
    const seen = await withLive(machine, async (live) => {
      const looks = [await live.look(), await live.look()];
      await machine.inject({ kind: 'single-bit-ecc', gpu: 0, address: 0x90000n });
      return [...looks, await live.look()].map(([gpu]) => gpu?.[dram]);
    });
    expect(seen).toEqual([1, undefined, 2]);
  });

  it('has names that a machine knows, and knows which of them may be unsupported', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const known = new Map((await machine.attributes(0)).map((one) => [one.name.slice('gpu.0.'.length), one]));
    for (const name of NAMES) expect([name, known.has(name)]).toEqual([name, true]);
    const always = [...NAMES].filter((name) => known.get(name)?.optional === false && !name.startsWith('memory.r') && name !== 'memory.banks');
    expect([...ALWAYS_THERE].filter((name) => name !== 'memory.reserved-bytes').sort()).toEqual(always.sort());
  });
});
