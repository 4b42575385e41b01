import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { host, xids } from './simulated-host.ts';

const NOT_SUPPORTED = 3;
const ROW = 2048n; // rowBytes of the profiles
const FIELD = { recoveryAction: 230, remappedUncorrectable: 143, remappedPending: 144, retiredPending: 31 };

/** corrected, uncorrected, pending, failure */
async function rows(client: Client, gpu = 0): Promise<unknown> {
  const { status, out } = await client.call('nvmlDeviceGetRemappedRows', { handle: gpu }, { out: 'u32' }, { out: 'u32' }, { out: 'u32' }, { out: 'u32' });
  return status === 0 ? out : status;
}

/** [nvmlReturn, value] of one field. */
async function field(client: Client, id: number, gpu = 0): Promise<[number, number]> {
  const { out } = await client.call('nvmlDeviceGetFieldValues', { handle: gpu }, { i32: 1 }, { buffer: 40, u32: [id] });
  const bytes = Buffer.from(out?.[0] as string, 'hex');
  return [bytes.readUInt32LE(28), bytes.readUInt32LE(32)];
}

async function histogram(client: Client): Promise<number[]> {
  const { out } = await client.call('nvmlDeviceGetRowRemapperHistogram', { handle: 0 }, { buffer: 20 });
  const bytes = Buffer.from(out?.[0] as string, 'hex');
  return [0, 4, 8, 12, 16].map((at) => bytes.readUInt32LE(at));
}

describe('row remapping, Ampere and later', () => {
  it.each(['hgx-a100-8', 'hgx-h100-8'])('%s does not support the three retired-page functions', async (profile) => {
    const machine = await host(profile);
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x10000n });
    expect(await client.status('nvmlDeviceGetRetiredPages', { handle: 0 }, 1, { out: 'u32' }, null)).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetRetiredPages_v2', { handle: 0 }, 1, { out: 'u32' }, null, null)).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetRetiredPagesPendingStatus', { handle: 0 }, { out: 'i32' })).toBe(NOT_SUPPORTED);
    expect((await field(client, FIELD.retiredPending))[0]).toBe(NOT_SUPPORTED);
    expect((await machine.show()).gpus[0]?.retiredPages).toEqual([]);
  });

  it('a V100 does not support the row functions', async () => {
    const client = await Client.initialised((await host()).nvmlLibrary);
    expect(await rows(client)).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetRowRemapperHistogram', { handle: 0 }, { buffer: 20 })).toBe(NOT_SUPPORTED);
  });

  it('records an uncorrectable error as a remapping that a reset carries out, and a driver reload does not', async () => {
    const machine = await host('hgx-h100-8');
    const client = await Client.initialised(machine.nvmlLibrary);
    expect(await histogram(client)).toEqual([2560, 0, 0, 0, 0]);
    expect(await field(client, FIELD.recoveryAction)).toEqual([0, 0]);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x1234000n });
    expect(await rows(client)).toEqual([0, 1, 1, 0]);
    expect(await histogram(client)).toEqual([2559, 1, 0, 0, 0]);
    expect(await field(client, FIELD.recoveryAction)).toEqual([0, 1]);
    expect(await xids(machine)).toEqual([48, 63, 94]);
    await client.call('nvmlShutdown');
    await machine.reloadDriver();
    await client.call('nvmlInit_v2');
    expect(await rows(client)).toEqual([0, 1, 1, 0]);
    await client.call('nvmlShutdown');
    await machine.reset(0);
    await client.call('nvmlInit_v2');
    expect(await rows(client)).toEqual([0, 1, 0, 0]);
    expect(await field(client, FIELD.recoveryAction)).toEqual([0, 0]);
    expect(await field(client, FIELD.remappedUncorrectable)).toEqual([0, 1]);
  });

  it('fails the ninth uncorrectable remapping of one bank with Xid 64 and the failure flag, for life', async () => {
    const machine = await host('hgx-a100-8');
    const client = await Client.initialised(machine.nvmlLibrary);
    const inOneBank = (nth: number) => BigInt(nth * 640) * ROW;
    for (let nth = 0; nth < 8; nth++) await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: inOneBank(nth) });
    expect(await rows(client)).toEqual([0, 8, 1, 0]);
    expect(await histogram(client)).toEqual([639, 0, 0, 0, 1]);
    expect(await xids(machine)).not.toContain(64);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: inOneBank(8) });
    expect(await rows(client)).toEqual([0, 8, 1, 1]);
    expect(await xids(machine)).toContain(64);
    await machine.reboot();
    expect((await machine.show()).gpus[0]?.remappedRows).toEqual({ correctable: 0, uncorrectable: 8, pending: false, failureOccurred: true });
  });

  it('remaps at most 512 rows', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    for (let nth = 0; nth < 512; nth++) await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: BigInt(nth) * ROW });
    expect((await machine.show()).gpus[0]?.remappedRows).toMatchObject({ uncorrectable: 512, failureOccurred: false });
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 512n * ROW });
    expect((await machine.show()).gpus[0]?.remappedRows).toMatchObject({ uncorrectable: 512, failureOccurred: true });
  }, 60_000);

  it('a row that was remapped before fails when it errs again', async () => {
    const machine = await host('hgx-h100-8');
    await machine.inject({ kind: 'double-bit-ecc', gpu: 5, address: 4096n });
    await machine.reset(5);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 5, address: 4100n });
    expect((await machine.show()).gpus[5]?.remappedRows).toMatchObject({ uncorrectable: 1, pending: false, failureOccurred: true });
  });

  it('an uncontained error asks for a reset until one is done', async () => {
    const machine = await host('hgx-h100-8');
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.inject({ kind: 'xid', gpu: 1, xid: 95 });
    expect(await field(client, FIELD.recoveryAction, 1)).toEqual([0, 1]);
    await client.call('nvmlShutdown');
    await machine.reset(1);
    await client.call('nvmlInit_v2');
    expect(await field(client, FIELD.recoveryAction, 1)).toEqual([0, 0]);
  });

  it.each([['565.57.01', NOT_SUPPORTED], ['570.124.06', 0]])('driver %s answers the recovery action with %i', async (driver, status) => {
    const machine = await host('hgx-h100-8', { driver });
    const client = await Client.initialised(machine.nvmlLibrary);
    expect((await field(client, FIELD.recoveryAction))[0]).toBe(status);
  });
});
