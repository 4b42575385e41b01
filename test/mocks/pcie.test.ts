import { describe, expect, it } from 'vitest';
import { fieldIds } from '../../lib/abi/nvml/field-ids.ts';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NO_PERMISSION = 4;
const GPU = { handle: 0 };
const FIELD_BYTES = 40;

/** A field's return code and its value. */
async function field(client: Client, name: keyof typeof fieldIds, call = 'nvmlDeviceGetFieldValues'): Promise<[number, bigint]> {
  const { status, out } = await client.call(call, GPU, { i32: 1 }, { buffer: FIELD_BYTES, u32: [fieldIds[name]] });
  if (status !== 0) throw new Error(`${call}: ${status}`);
  const bytes = Buffer.from(String(out?.[0]), 'hex');
  return [bytes.readUInt32LE(28), bytes.readBigUInt64LE(32)];
}

describe('the link', () => {
  it('counts errors from one GPU reset to the next, over driver loads', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1, driver: '610.43.02' });
    const replays = async () => {
      const client = await Client.initialised(machine.nvmlLibrary, 1);
      const count = (await field(client, 'NVML_FI_DEV_PCIE_REPLAY_COUNTER'))[1];
      await client.leave();
      return count;
    };
    await machine.set(0, { 'pcie.count.replays': 4, 'pcie.count.fatal-errors': 1 });
    await machine.reloadDriver();
    expect(await replays()).toBe(4n);
    await machine.reset(0);
    expect(await replays()).toBe(0n);
  });

  it('counts the bytes it moves from each load of the driver on, at the rate of the time', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1, driver: '610.43.02' });
    const sent = async () => {
      const client = await Client.initialised(machine.nvmlLibrary, 1);
      const bytes = Number((await field(client, 'NVML_FI_DEV_PCIE_COUNT_TX_BYTES'))[1]);
      await client.leave();
      return bytes;
    };
    await machine.advance(1000);
    const idle = await sent();
    expect(idle / 350_000_000).toBeCloseTo(1, 1);
    await machine.set(0, { 'load.gpu-percent': 100 });
    await machine.advance(1000);
    await machine.set(0, { 'load.gpu-percent': 0 });
    const busy = (await sent()) - idle;
    expect(busy / 3_200_350_000_000).toBeCloseTo(1, 1);
    await machine.reloadDriver();
    expect(await sent()).toBeLessThan(350_000_000);
  });

  it.each([
    ['NVML_FI_DEV_PCIE_REPLAY_COUNTER', '440.44', '440.44'],
    ['NVML_FI_DEV_PCIE_L0_TO_RECOVERY_COUNTER', '520.61.05', '525.60.13'],
    ['NVML_FI_DEV_PCIE_COUNT_LANE_ERROR', '530.30.02', '535.129.03'],
    ['NVML_FI_DEV_PCIE_COUNT_RX_BYTES', '550.54.14', '555.42.02'],
    ['NVML_FI_DEV_PCIE_OUTBOUND_ATOMICS_MASK', '555.42.02', '560.28.03'],
  ] as const)('%s is unknown to driver %s, not to %s', async (name, before, since) => {
    const answer = async (driver: string) => {
      const machine = await host('hgx-a100-8', { gpus: 1, driver });
      await machine.set(0, { 'pcie.atomics-outbound-mask': 0 });
      return (await field(await Client.initialised(machine.nvmlLibrary, 1), name))[0];
    };
    expect([await answer(before), await answer(since)]).toEqual([before === since ? 0 : INVALID_ARGUMENT, 0]);
  });

  it('lets root alone clear what it counted', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1, driver: '610.43.02' });
    await machine.set(0, { 'pcie.count.bad-tlps': 9 });
    await machine.setHost({ 'host.permissions': 'user' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const clear = () => client.status('nvmlDeviceClearFieldValues', GPU, { i32: 1 }, { buffer: FIELD_BYTES, u32: [fieldIds.NVML_FI_DEV_PCIE_COUNT_BAD_TLP] });
    expect([await clear(), await field(client, 'NVML_FI_DEV_PCIE_COUNT_BAD_TLP')]).toEqual([NO_PERMISSION, [0, 9n]]);
    await machine.setHost({ 'host.permissions': 'root' });
    expect([await clear(), await field(client, 'NVML_FI_DEV_PCIE_COUNT_BAD_TLP')]).toEqual([0, [0, 0n]]);
  });

  it('refuses a window that is fuller than it is large', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await expect(machine.set(0, { 'pcie.bar1.used-bytes': 1n << 40n })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/gpu\.0\.pcie\.bar1: uses more than it has/) as string });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    await machine.set(0, { 'pcie.bar1.total-bytes': null });
    expect(await client.status('nvmlDeviceGetBAR1MemoryInfo', GPU, { buffer: 24 })).toBe(NOT_SUPPORTED);
  });
});
