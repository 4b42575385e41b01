import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { oneGpu } from './one-gpu.ts';
import { host } from './simulated-host.ts';

const INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, MISMATCH = 25;
const GPU = { handle: 0 };
const ACOUSTIC_CURRENT = 5;

async function geforce() {
  const machine = await host(oneGpu('rtx-3090'));
  await machine.setHost({ 'host.permissions': 'root' });
  return machine;
}

/** Speed and policy of a fan, and the target temperature, as a process that begins now reads them. */
async function state(machine: Awaited<ReturnType<typeof host>>, fan = 0): Promise<unknown[]> {
  const client = await Client.initialised(machine.nvmlLibrary, 1);
  const answers = [
    await client.call('nvmlDeviceGetFanSpeed_v2', GPU, fan, { out: 'u32' }),
    await client.call('nvmlDeviceGetFanControlPolicy_v2', GPU, fan, { out: 'u32' }),
    await client.call('nvmlDeviceGetTemperatureThreshold', GPU, ACOUSTIC_CURRENT, { out: 'u32' }),
  ];
  await client.leave();
  return answers.map(({ out }) => out?.[0]);
}

describe('a fan', () => {
  it('that is held, and a target temperature, outlast the process that set them', async () => {
    const machine = await geforce();
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceSetFanSpeed_v2', GPU, 0, 64)).toBe(0);
    expect(await client.status('nvmlDeviceSetTemperatureThreshold', GPU, ACOUSTIC_CURRENT, { out: 'i32', value: 72 })).toBe(0);
    await client.leave();
    expect(await state(machine)).toEqual([64, 1, 72]);
    expect(await state(machine, 1)).toEqual([30, 0, 72]);
  });

  it.each([
    ['a driver load', (machine: Awaited<ReturnType<typeof host>>) => machine.reloadDriver()],
    ['a GPU reset', (machine: Awaited<ReturnType<typeof host>>) => machine.reset(0)],
    ['a reboot', (machine: Awaited<ReturnType<typeof host>>) => machine.reboot()],
  ])('is let go by %s, which brings the target temperature back too', async (_, end) => {
    const machine = await geforce();
    await machine.set(0, { 'thermal.fan.0.policy': 'manual', 'thermal.fan.0.manual-percent': 90, 'thermal.target-celsius': 70 });
    expect(await state(machine)).toEqual([90, 1, 70]);
    await end(machine);
    expect(await state(machine)).toEqual([30, 0, 83]);
  });

  it('that stands still by itself is held at the slowest that may be asked for', async () => {
    const machine = await geforce();
    await machine.set(0, { 'thermal.fan.0.speed-percent': 0 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceSetFanControlPolicy', GPU, 0, 1)).toBe(0);
    expect(await state(machine)).toEqual([30, 1, 83]);
  });

  it('is none of a board that the chassis cools', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1, driver: '610.43.02' });
    await machine.setHost({ 'host.permissions': 'root' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const u32 = { out: 'u32' } as const;
    expect([
      await client.status('nvmlDeviceGetFanSpeed', GPU, u32),
      await client.status('nvmlDeviceGetMinMaxFanSpeed', GPU, u32, u32),
      await client.status('nvmlDeviceGetTargetFanSpeed', GPU, 0, u32),
      await client.status('nvmlDeviceSetFanControlPolicy', GPU, 0, 1),
      await client.status('nvmlDeviceSetDefaultFanSpeed_v2', GPU, 0),
      await client.status('nvmlDeviceGetCoolerInfo', GPU, { buffer: 16, u32: [16 | (1 << 24)] }),
    ]).toEqual(Array.from({ length: 6 }, () => NOT_SUPPORTED));
  });
});

describe('thresholds', () => {
  it('other than the target belong to the board', async () => {
    const machine = await geforce();
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const change = (threshold: number, celsius: number) => client.status('nvmlDeviceSetTemperatureThreshold', GPU, threshold, { out: 'i32', value: celsius });
    expect([await change(0, 90), await change(1, 90), await change(4, 70), await change(8, 70)]).toEqual([NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED, INVALID_ARGUMENT]);
    expect([await change(ACOUSTIC_CURRENT, 64), await change(ACOUSTIC_CURRENT, -1), await change(ACOUSTIC_CURRENT, 65)]).toEqual([INVALID_ARGUMENT, INVALID_ARGUMENT, 0]);
  });

  it('refuses a target outside of its own range, and a sensor without a temperature', async () => {
    const machine = await geforce();
    await expect(machine.set(0, { 'thermal.target-celsius': 100 })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/target-celsius: is not between/) as string });
    await expect(machine.set(0, { 'thermal.sensor.1.target': 'memory' })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/sensor\.1: has no temperature: give memory-celsius/) as string });
  });

  it('answers no struct of another version', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1, driver: '610.43.02' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceGetMarginTemperature', GPU, { buffer: 8, u32: [8 | (2 << 24)] })).toBe(MISMATCH);
    expect(await client.status('nvmlDeviceGetMarginTemperature', GPU, { buffer: 8, u32: [8 | (1 << 24)] })).toBe(0);
  });
});
