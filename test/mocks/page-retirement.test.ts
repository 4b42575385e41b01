import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { host, PAGE, xids } from './simulated-host.ts';

const DOUBLE = 1, SINGLE = 0;

describe('page retirement', () => {
  it('retires the page of one double-bit error at once, answers its first byte, and says so in the kernel log', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 3, address: 5n * PAGE + 0x3040n });
    expect(await client.pages(3, DOUBLE)).toEqual([5n * PAGE]);
    expect(await client.pending(3)).toBe(true);
    expect(await client.pending(2)).toBe(false);
    expect(await xids(machine)).toEqual([48, 63]);
    expect((await machine.kernelLog()).filter((line) => /Xid \(PCI:0000:0b:00\): 48, /.test(line))).toHaveLength(1);
  });

  it('retires a page after two single-bit errors at one address, never after errors at different addresses of it', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.inject({ kind: 'single-bit-ecc', gpu: 4, address: 9n * PAGE });
    await machine.inject({ kind: 'single-bit-ecc', gpu: 4, address: 9n * PAGE + 64n });
    expect(await client.pages(4, SINGLE)).toEqual([]);
    await machine.inject({ kind: 'single-bit-ecc', gpu: 4, address: 9n * PAGE + 64n });
    expect(await client.pages(4, SINGLE)).toEqual([9n * PAGE]);
    expect(await xids(machine)).toEqual([63]);
  });

  it('keeps the first cause of a page; later errors on it only raise counters', async () => {
    const machine = await host();
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: PAGE });
    await machine.inject({ kind: 'single-bit-ecc', gpu: 0, address: PAGE + 8n });
    await machine.inject({ kind: 'single-bit-ecc', gpu: 0, address: PAGE + 8n });
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: PAGE + 16n });
    const gpu = (await machine.show()).gpus[0];
    expect(gpu?.retiredPages.map(({ address, cause }) => ({ address, cause }))).toEqual([{ address: '0x10000', cause: 'double-bit-ecc' }]);
    expect(gpu?.errorCounts).toEqual({ volatileCorrected: 2, volatileUncorrected: 2, aggregateCorrected: 2, aggregateUncorrected: 2 });
    expect(gpu?.errorAddresses).toBe(1);
    expect(await xids(machine)).toEqual([48, 63]);
  });

  it('retires at most 64 pages over both causes; beyond that it logs 48 and 64 and changes nothing', async () => {
    const machine = await host();
    for (let page = 1n; page <= 63n; page++) await machine.inject({ kind: 'double-bit-ecc', gpu: 1, address: page * PAGE });
    for (let time = 0; time < 2; time++) await machine.inject({ kind: 'single-bit-ecc', gpu: 1, address: 64n * PAGE });
    await machine.reloadDriver();
    const before = (await machine.show()).gpus[1];
    expect(before?.retiredPages).toHaveLength(64);
    const logged = (await xids(machine)).length;

    await machine.inject({ kind: 'double-bit-ecc', gpu: 1, address: 65n * PAGE });
    for (let time = 0; time < 2; time++) await machine.inject({ kind: 'single-bit-ecc', gpu: 1, address: 66n * PAGE });
    const after = (await machine.show()).gpus[1];
    expect(after?.retiredPages).toEqual(before?.retiredPages);
    expect(after?.pageRetirementPending).toBe(false);
    expect((await xids(machine)).slice(logged)).toEqual([48, 64, 64]);
  }, 60_000);

  it('keeps 600 error addresses and drops further ones, so that a late single-bit pair goes unnoticed', async () => {
    const machine = await host('tesla-v100-8', { gpus: 1 });
    // Pairs of addresses in few pages: nothing retires, every address is new.
    for (let at = 0n; at < 600n; at++) await machine.inject({ kind: 'single-bit-ecc', gpu: 0, address: at * 64n });
    expect((await machine.show()).gpus[0]?.errorAddresses).toBe(600);
    for (let time = 0; time < 2; time++) await machine.inject({ kind: 'single-bit-ecc', gpu: 0, address: 500n * PAGE });
    await machine.inject({ kind: 'single-bit-ecc', gpu: 0, address: 0n });
    const gpu = (await machine.show()).gpus[0];
    expect(gpu?.errorAddresses).toBe(600);
    expect(gpu?.retiredPages.map((page) => page.address)).toEqual(['0x0']);
    expect(gpu?.errorCounts.aggregateCorrected).toBe(603);
  }, 60_000);

  it('detects nothing while ECC is off, which begins at the reset; old pages stay', async () => {
    const machine = await host();
    await machine.inject({ kind: 'double-bit-ecc', gpu: 2, address: PAGE });
    await machine.set(2, { ecc: false });
    expect((await machine.show()).gpus[2]?.ecc).toEqual({ current: true, pending: false });
    await machine.inject({ kind: 'double-bit-ecc', gpu: 2, address: 2n * PAGE });
    await machine.reset(2);
    expect((await machine.show()).gpus[2]?.ecc).toEqual({ current: false, pending: false });
    await machine.inject({ kind: 'double-bit-ecc', gpu: 2, address: 3n * PAGE });
    const client = await Client.initialised(machine.nvmlLibrary);
    expect(await client.pages(2, DOUBLE)).toEqual([PAGE, 2n * PAGE]);
    expect((await machine.show()).gpus[2]?.errorCounts.aggregateUncorrected).toBe(2);
    expect(await client.status('nvmlDeviceGetTotalEccErrors', { handle: 2 }, 1, 1, { out: 'u64' })).toBe(3);
  });

  it('gives seconds of the machine clock as time of retirement', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.advance(1_000_000);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: PAGE });
    const { out } = await client.call('nvmlDeviceGetRetiredPages_v2', { handle: 0 }, DOUBLE, { out: 'u32', value: 1 }, { buffer: 8 }, { buffer: 8 });
    const seconds = Number(Buffer.from(out?.[2] as string, 'hex').readBigUInt64LE(0));
    expect(seconds - Date.now() / 1000).toBeGreaterThan(999_000);
    expect(seconds - Date.now() / 1000).toBeLessThan(1_001_000);
  });
});
