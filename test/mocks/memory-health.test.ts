import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Nvml } from '../../lib/nvml/index.ts';
import type { Machine, OnChipMemory } from '../../mocks/control/index.ts';
import { Client } from './client.ts';
import { B200, RTX_3090, T4 } from './hosts/index.ts';
import { host, xids } from './simulated-host.ts';

const SUCCESS = 0, NOT_SUPPORTED = 3, NO_PERMISSION = 4, INSUFFICIENT_SIZE = 7;
const CORRECTED = 0, UNCORRECTED = 1, VOLATILE = 0, AGGREGATE = 1;
const LOCATIONS: readonly OnChipMemory[] = ['l1-cache', 'l2-cache', 'register-file', 'texture-memory', 'texture-shared', 'cbu', 'sram'];
const STORM = 0x200, POISON = 0x1000, FATAL_POISON = 0x2000, RECOVERY = 0x8000;

async function errors(client: Client, error: number, counter: number, location: number, gpu = 0): Promise<number | string | null | undefined> {
  const { status, out } = await client.call('nvmlDeviceGetMemoryErrorCounter', { handle: gpu }, error, counter, location, { out: 'u64' });
  return status === SUCCESS ? out?.[0] : `status ${status}`;
}

/** Types and data of the events that happen meanwhile. */
async function events(machine: Machine, types: number, action: () => Promise<unknown>): Promise<[number, number][]> {
  const client = await Client.initialised(machine.nvmlLibrary, 1);
  const set = (await client.call('nvmlEventSetCreate', { out: 'handle' })).out?.[0] as number;
  expect(await client.status('nvmlDeviceRegisterEvents', { handle: 0 }, { u64: types }, { handle: set })).toBe(SUCCESS);
  await action();
  const seen: [number, number][] = [];
  for (;;) {
    const { status, out } = await client.call('nvmlEventSetWait_v2', { handle: set }, { buffer: 32 }, 0);
    if (status !== SUCCESS) break;
    const bytes = Buffer.from(out?.[0] as string, 'hex');
    seen.push([Number(bytes.readBigUInt64LE(8)), Number(bytes.readBigUInt64LE(16))]);
  }
  await client.leave();
  return seen;
}

describe('errors on the chip', () => {
  it.each<[string, string, readonly OnChipMemory[], readonly OnChipMemory[]]>([
    ['a V100', 'tesla-v100-8', ['l1-cache', 'l2-cache', 'register-file'], ['l1-cache', 'l2-cache', 'register-file', 'cbu']],
    ['a T4', T4, ['sram'], ['sram']],
    ['an A100', 'hgx-a100-8', ['sram'], ['sram']],
  ])('%s counts in the places that it has', async (_, profile, corrected, uncorrected) => {
    const machine = await host(profile, { gpus: 1 });
    for (const location of LOCATIONS) {
      for (const [kind, counted] of [['single-bit-ecc', corrected], ['double-bit-ecc', uncorrected]] as const) {
        const injected = machine.inject({ kind, gpu: 0, location });
        if (counted.includes(location)) await injected;
        else await expect(injected).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/does not count such errors of its .*: choose .*dram/) as string });
      }
    }
    expect((await machine.show()).gpus[0]?.errorCounts).toEqual({
      volatileCorrected: corrected.length, aggregateCorrected: corrected.length, volatileUncorrected: uncorrected.length, aggregateUncorrected: uncorrected.length,
    });
    expect((await xids(machine)).filter((xid) => xid === 48)).toHaveLength(uncorrected.length);
  });

  it('repair nothing, outlive a reset only in the aggregate, and are not noticed without ECC', async () => {
    const machine = await host('tesla-v100-8');
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, location: 'l2-cache' });
    expect((await machine.show()).gpus[0]).toMatchObject({ retiredPages: [], pageRetirementPending: false });
    await machine.set(0, { ecc: false });
    await machine.reset(0);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, location: 'l2-cache' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await errors(client, UNCORRECTED, AGGREGATE, 1)).toBe(`status ${NOT_SUPPORTED}`);
    await client.leave();
    await machine.set(0, { ecc: true });
    await machine.reset(0);
    const again = await Client.initialised(machine.nvmlLibrary, 1);
    expect([await errors(again, UNCORRECTED, VOLATILE, 1), await errors(again, UNCORRECTED, AGGREGATE, 1), await errors(again, CORRECTED, AGGREGATE, 4)]).toEqual([0, 1, `status ${NOT_SUPPORTED}`]);
  });

  it('a card without ECC notices nothing', async () => {
    const machine = await host(RTX_3090);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0n });
    await machine.inject({ kind: 'sram-ecc', gpu: 0 });
    expect(await xids(machine)).toEqual([]);
    expect((await machine.show()).gpus[0]?.errorCounts).toEqual({ volatileCorrected: 0, volatileUncorrected: 0, aggregateCorrected: 0, aggregateUncorrected: 0 });
  });
});

describe('errors of SRAM', () => {
  it('are told as a list of cells, by the two-call pattern, up to 32', async () => {
    const machine = await host(B200);
    for (let address = 0; address < 40; address++) await machine.inject({ kind: 'sram-ecc', gpu: 0, address });
    await machine.inject({ kind: 'sram-ecc', gpu: 0, address: 5 });
    await machine.inject({ kind: 'sram-ecc', gpu: 0, address: 5, error: 'corrected' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const asked = await client.call('nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts', { handle: 0 }, { buffer: 16, u32: [0x0100_0010, 0] });
    expect([asked.status, Buffer.from(asked.out?.[0] as string, 'hex').readUInt32LE(4)]).toEqual([INSUFFICIENT_SIZE, 32]);
    expect(await errors(client, UNCORRECTED, AGGREGATE, 7)).toBe(41);
    expect(await errors(client, CORRECTED, AGGREGATE, 7)).toBe(1);
  });

  it('last in the aggregate, until somebody clears it; the status is for root', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    await machine.inject({ kind: 'sram-ecc', gpu: 0, error: 'parity', bucket: 'sm' });
    await machine.reboot();
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const status = async () => Buffer.from((await client.call('nvmlDeviceGetSramEccErrorStatus', { handle: 0 }, { buffer: 104, u32: [0x0100_0068] })).out?.[0] as string, 'hex');
    const counts = async () => {
      const bytes = await status();
      return { aggregateParity: Number(bytes.readBigUInt64LE(8)), volatileParity: Number(bytes.readBigUInt64LE(32)), sm: Number(bytes.readBigUInt64LE(64)) };
    };
    expect(await counts()).toEqual({ aggregateParity: 1, volatileParity: 0, sm: 1 });
    expect(await client.status('nvmlDeviceClearEccErrorCounts', { handle: 0 }, AGGREGATE)).toBe(SUCCESS);
    expect(await counts()).toEqual({ aggregateParity: 0, volatileParity: 0, sm: 0 });
    await machine.setHost({ 'host.permissions': 'user' });
    expect(await client.status('nvmlDeviceGetSramEccErrorStatus', { handle: 0 }, { buffer: 104, u32: [0x0100_0068] })).toBe(NO_PERMISSION);
  });
});

describe('events of memory', () => {
  it('ten corrected errors within a second are a storm, told once', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    const seen = await events(machine, STORM, async () => {
      for (let nth = 0; nth < 60; nth++) await machine.inject({ kind: 'single-bit-ecc', gpu: 0, location: 'sram' });
    });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(6);
    expect(await events(machine, STORM, async () => {
      for (let nth = 0; nth < 12; nth++) {
        await machine.inject({ kind: 'single-bit-ecc', gpu: 0, location: 'sram' });
        await machine.advance(1);
      }
    })).toEqual([]);
  });

  it('poison is contained, or asks for a reset', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    expect(await events(machine, POISON | FATAL_POISON | RECOVERY, async () => {
      await machine.inject({ kind: 'poison', gpu: 0 });
      await machine.inject({ kind: 'poison', gpu: 0, fatal: true });
    })).toEqual([[POISON, 0], [FATAL_POISON, 0], [RECOVERY, 1]]);
    expect(await xids(machine)).toEqual([94, 95]);
    await expect((await host()).inject({ kind: 'poison', gpu: 0 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('another recovery action is told with its number, also one that nobody has heard of', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    expect(await events(machine, RECOVERY, async () => {
      await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0n });
      await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x9_0000n });
      await machine.set(0, { 'recovery.action': 4 });
      await machine.set(0, { 'recovery.action': 77 });
      await machine.set(0, { 'recovery.action': null });
      await machine.set(0, { 'repair.uncontained-error': true });
    })).toEqual([[RECOVERY, 1], [RECOVERY, 4], [RECOVERY, 77], [RECOVERY, 1]]);
  });
});

it('what a profile says of pending things and volatile counters stands when the machine is made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gpuwright-profile-'));
  try {
    const file = join(folder, 'host.json');
    const attributes = { 'ecc': { pending: false, volatile: { corrected: { dram: 7 } } }, 'repair': { 'channel-pending': true }, 'cc': { 'dram-encryption-pending': true } };
    await writeFile(file, JSON.stringify({ name: 'one', description: 'as captured', driver: '610.43.02', model: 'b200-sxm-180', gpus: [{ pci: '0000:17:00.0', attributes }] }));
    const machine = await host(file);
    const names = ['ecc.current', 'ecc.pending', 'ecc.volatile.corrected.dram', 'repair.channel-pending', 'cc.dram-encryption', 'cc.dram-encryption-pending'];
    const values = async () => {
      const attributes = await machine.attributes(0);
      return names.map((name) => attributes.find((each) => each.name === `gpu.0.${name}`)?.value);
    };
    expect(await values()).toEqual(['on', 'off', '7', 'on', 'off', 'on']);
    await machine.reboot();
    expect(await values()).toEqual(['off', 'off', '0', 'off', 'on', 'on']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('error records', () => {
  const TYPE_GPU = 1, RECORD = 232;
  /** nvmlGetCPER_v1_t without room: the mask, the UUID, the cursor, no buffer. */
  const query = (client: Client) => client.call('nvmlSystemGetCPER_v1', { buffer: 112, u32: [TYPE_GPU] });

  it('a query without room tells how much all of them take', async () => {
    const machine = await host('hgx-h100-8', { gpus: 2, driver: '610.43.02' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const size = async () => {
      const { status, out } = await query(client);
      return [status, Buffer.from(out?.[0] as string, 'hex').readUInt32LE(104)];
    };
    expect(await size()).toEqual([SUCCESS, 0]);
    for (let nth = 0; nth < 3; nth++) await machine.inject({ kind: 'cper', gpu: nth % 2 });
    expect(await size()).toEqual([INSUFFICIENT_SIZE, 3 * RECORD]);
    for (let nth = 0; nth < 70; nth++) await machine.inject({ kind: 'cper', gpu: 0, severity: 'corrected' });
    expect(await size()).toEqual([INSUFFICIENT_SIZE, 64 * RECORD]);
  });

  it('are read on from the cursor, all of them or those of one GPU', async () => {
    const machine = await host('hgx-h100-8', { gpus: 2, driver: '610.43.02' });
    for (let nth = 0; nth < 40; nth++) await machine.inject({ kind: 'cper', gpu: nth % 2, severity: 'fatal', xid: nth + 1 });
    const nvml = await Nvml.open({ library: machine.nvmlLibrary, backend: 'addon', isolation: 'in-process' });
    try {
      const read = (uuid: string) => {
        const xids: number[] = [];
        for (let handle = 0n; ; ) {
          const { cper } = nvml.raw.nvmlSystemGetCPER_v1({ cper: { cursor: { cperTypeMask: TYPE_GPU, uuid, handle } } });
          const bytes = Buffer.from(cper.buffer.slice(0, cper.bufferSize));
          if (bytes.length === 0) return xids;
          for (let at = 0; at < bytes.length; at += RECORD) {
            expect([bytes.toString('latin1', at, at + 4), bytes.readUInt32LE(at + 12), bytes.readUInt32LE(at + 20)]).toEqual(['CPER', 1, RECORD]);
            xids.push(bytes.readUInt32LE(at + 216));
          }
          handle = cper.cursor.handle;
        }
      };
      const all = Array.from({ length: 40 }, (_, nth) => nth + 1);
      expect(read('')).toEqual(all);
      expect(read((await machine.show()).gpus[1]?.uuid ?? '')).toEqual(all.filter((xid) => xid % 2 === 0));
    } finally {
      await nvml.close();
    }
  });
});
