import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Client } from './client.ts';
import { oneGpu } from './one-gpu.ts';
import { host } from './simulated-host.ts';

const INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NO_PERMISSION = 4, INSUFFICIENT_SIZE = 7, CORRUPTED_INFOROM = 14, MISMATCH = 25, NOT_READY = 27;
const GPU = { handle: 0 };

/** An attribute of GPU 0, as text. */
async function attribute(machine: Awaited<ReturnType<typeof host>>, name: string): Promise<string | undefined> {
  return (await machine.attributes(0)).find((each) => each.name === `gpu.0.${name}`)?.value;
}

describe('identity', () => {
  it('tells a buffer that is too small so and leaves it alone', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    for (const [name, text] of [['nvmlDeviceGetVbiosVersion', '92.00.45.00.05'], ['nvmlDeviceGetInforomImageVersion', 'G506.0210.00.04']] as const) {
      expect(await client.call(name, GPU, { buffer: 16 }, text.length)).toEqual({ status: INSUFFICIENT_SIZE, out: ['00'.repeat(16)] });
      const { status, out } = await client.call(name, GPU, { buffer: 16 }, text.length + 1);
      expect([status, Buffer.from(String(out?.[0]), 'hex').toString().replace(/\0+$/, '')]).toEqual([0, text]);
    }
  });

  it('gives no two GPUs one device identifier, and the same after a reboot', async () => {
    const machine = await host('hgx-a100-8', { driver: '610.43.02' });
    const identifiers = async () => (await machine.attributes()).filter(({ name }) => name.endsWith('.board.pdi')).map(({ value }) => value);
    const first = await identifiers();
    expect(new Set(first).size).toBe(8);
    await machine.reboot();
    expect(await identifiers()).toEqual(first);
  });

  it('keeps a hostname from a process to the next and over a reboot, and takes one from root alone', async () => {
    const machine = await host(oneGpu('b200-sxm-180'));
    const name = Buffer.from('node-12'.padEnd(64, '\0')).toString('hex');
    const setter = await Client.initialised(machine.nvmlLibrary, 1);
    const words = Array.from({ length: 16 }, (_, at) => Buffer.from(name, 'hex').readUInt32LE(4 * at));
    await machine.setHost({ 'host.permissions': 'user' });
    expect(await setter.status('nvmlDeviceSetHostname_v1', GPU, { buffer: 64, u32: words })).toBe(NO_PERMISSION);
    await machine.setHost({ 'host.permissions': 'root' });
    expect(await setter.status('nvmlDeviceSetHostname_v1', GPU, { buffer: 64, u32: words })).toBe(0);
    await setter.leave();
    await machine.reboot();
    const reader = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await reader.call('nvmlDeviceGetHostname_v1', GPU, { buffer: 64 })).toEqual({ status: 0, out: [name] });
    expect(await attribute(machine, 'board.hostname')).toBe('node-12');
  });

  it('takes no hostname without an end, and has none before Blackwell', async () => {
    const machine = await host(oneGpu('b200-sxm-180'));
    await machine.setHost({ 'host.permissions': 'root' });
    const endless = { buffer: 64, u32: Array.from({ length: 16 }, () => 0x61616161) };
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceSetHostname_v1', GPU, endless)).toBe(INVALID_ARGUMENT);
    const older = await Client.initialised((await host('hgx-h100-8', { gpus: 1, driver: '610.43.02' })).nvmlLibrary, 1);
    expect(await older.status('nvmlDeviceGetHostname_v1', GPU, { buffer: 64 })).toBe(NOT_SUPPORTED);
  });

  it('looks a UUID up as text and as bytes, and nothing by a struct of another version', async () => {
    const machine = await host('hgx-a100-8', { gpus: 2, driver: '610.43.02' });
    await machine.set(1, { 'board.uuid': 'GPU-00112233-4455-6677-8899-aabbccddeeff' });
    const client = await Client.initialised(machine.nvmlLibrary, 2);
    const second = (await client.call('nvmlDeviceGetHandleByIndex_v2', 1, { out: 'handle' })).out?.[0];
    const version = 52 | (1 << 24), bytes = [0x33221100, 0x77665544, 0xbbaa9988, 0xffeeddcc];
    expect(await client.call('nvmlDeviceGetHandleByUUIDV', { buffer: 52, u32: [version, 2, ...bytes] }, { out: 'handle' })).toMatchObject({ status: 0, out: [expect.anything(), second] });
    expect(await client.status('nvmlDeviceGetHandleByUUIDV', { buffer: 52, u32: [version + 1, 2, ...bytes] }, { out: 'handle' })).toBe(MISMATCH);
    expect(await client.status('nvmlDeviceGetHandleByUUIDV', null, { out: 'handle' })).toBe(INVALID_ARGUMENT);
  });
});

describe('the InfoROM', () => {
  it('goes bad and is repaired, whatever happens to the driver', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const status = async () => await (await Client.initialised(machine.nvmlLibrary, 1)).status('nvmlDeviceValidateInforom', GPU);
    await machine.set(0, { 'board.inforom.valid': false });
    await machine.reboot();
    expect(await status()).toBe(CORRUPTED_INFOROM);
    await machine.set(0, { 'board.inforom.valid': true });
    expect(await status()).toBe(0);
  });

  it('writes its recorder out when the driver lets go of the GPU, and counts on over that', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1, driver: '610.43.02' });
    await machine.set(0, { 'board.bbx.run-seconds': 500 });
    const before = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await before.status('nvmlDeviceGetLastBBXFlushTime', GPU, { out: 'u64' }, { out: 'u64' })).toBe(NOT_READY);
    await before.leave();
    await machine.advance(10_000);
    await machine.reloadDriver();
    await machine.advance(3000);
    const after = await Client.initialised(machine.nvmlLibrary, 1);
    const { status, out } = await after.call('nvmlDeviceGetLastBBXFlushTime', GPU, { out: 'u64' }, { out: 'u64' });
    const now = Date.parse((await machine.show()).time) / 1000;
    expect(status).toBe(0);
    expect(now - Number(out?.[0]) / 1e6).toBeGreaterThan(2999);
    expect(now - Number(out?.[0]) / 1e6).toBeLessThan(3100);
    const run = (await after.call('nvmlDeviceGetBBXTimeData_v1', GPU, { out: 'u32' })).out?.[0] as number;
    expect(run).toBeGreaterThanOrEqual(13_500);
    expect(run).toBeLessThan(13_600);
  });
});

describe('a profile', () => {
  it('is a machine as described, also in what a boot begins anew', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gpuwright-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const attributes = { modes: { compute: 'prohibited' }, pcie: { count: { replays: 150 } } };
    const profile = { name: 'used', description: 'seen better days', driver: '580.65.06', model: 'h100-sxm5-80', gpus: [{ pci: '0000:1b:00.0', attributes }] };
    await writeFile(join(folder, 'used.json'), JSON.stringify(profile));
    const machine = await host(join(folder, 'used.json'));
    const state = async () => [await attribute(machine, 'modes.compute'), await attribute(machine, 'pcie.count.replays')];
    expect(await state()).toEqual(['prohibited', '150']);
    await machine.reboot();
    expect(await state()).toEqual(['default', '0']);
  });
});

describe('a card that repairs no memory', () => {
  it('has neither retired pages nor remapped rows', async () => {
    const machine = await host(oneGpu('rtx-3090'), { driver: '580.65.06' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceGetRetiredPagesPendingStatus', GPU, { out: 'i32' })).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetRetiredPages_v2', GPU, 0, { out: 'u32' }, null, null)).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetRemappedRows', GPU, { out: 'u32' }, { out: 'u32' }, { out: 'u32' }, { out: 'u32' })).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetRowRemapperHistogram', GPU, { buffer: 20 })).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetEccMode', GPU, { out: 'i32' }, { out: 'i32' })).toBe(NOT_SUPPORTED);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0n });
    expect((await machine.show()).gpus[0]).toMatchObject({ retiredPages: [], remappedRows: { uncorrectable: 0 }, errorCounts: { aggregateUncorrected: 0 } });
  });
});
