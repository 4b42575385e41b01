/** Load that lives: what a pattern makes of a GPU's readings, over seconds and over weeks of the machine's clock. */
import { describe, expect, it } from 'vitest';
import { Nvml } from '../../lib/nvml/index.ts';
import { profiles } from '../../mocks/control/index.ts';
import type { Machine, MachineReading, MachineSettings } from '../../mocks/control/index.ts';
import { host } from './simulated-host.ts';

const WEEK = 604_800;

async function loaded(settings: MachineSettings, gpus = 1): Promise<Machine> {
  const machine = await host('hgx-a100-8', { gpus, seed: 'load' });
  await machine.freezeClock();
  for (let gpu = 0; gpu < gpus; gpu++) await machine.set(gpu, settings);
  return machine;
}

const read = async (machine: Machine, gpu = 0) => (await machine.readings(gpu)).gpus[0] as MachineReading;

/** A reading at the start and after each step of the clock. */
async function readings(machine: Machine, steps: number, seconds: number): Promise<MachineReading[]> {
  const all = [await read(machine)];
  for (let step = 0; step < steps; step++) {
    await machine.advance(seconds);
    all.push(await read(machine));
  }
  return all;
}

/** Attributes of an A100 SXM4 80 GB that bound what may be read. */
async function bounds(machine: Machine) {
  const values = new Map((await machine.attributes(0)).map(({ name, value }) => [name.slice('gpu.0.'.length), Number(value)]));
  const of = (name: string) => values.get(name) ?? Number.NaN;
  return { idleMilliwatts: of('power.usage-milliwatts'), idleCelsius: of('thermal.gpu-celsius'), most: of('clocks.maximum-sm-mhz'), idleClock: of('clocks.sm-mhz'), free: of('memory.total-bytes') - of('memory.reserved-bytes') };
}

describe('without a pattern', () => {
  it('a GPU reads as it was set, and its energy is power times time, also across a change', async () => {
    const machine = await loaded({ 'power.usage-milliwatts': 100_000, 'thermal.gpu-celsius': 48, 'load.gpu-percent': 30 });
    const before = await read(machine);
    await machine.advance(WEEK);
    await machine.set(0, { 'power.usage-milliwatts': 250_000 });
    await machine.advance(10);
    const after = await read(machine);
    expect(after).toMatchObject({ gpuPercent: 30, gpuCelsius: 48, powerMilliwatts: 250_000 });
    expect(after.energyMillijoules - before.energyMillijoules).toBeGreaterThanOrEqual(WEEK * 100_000 + 2_500_000 - 2);
    expect(after.energyMillijoules - before.energyMillijoules).toBeLessThanOrEqual(WEEK * 100_000 + 2_500_000 + 2);
  });

  it('energy starts anew when the driver is loaded', async () => {
    const machine = await loaded({ 'load.pattern': 'steady' });
    await machine.advance(WEEK);
    await machine.reloadDriver();
    expect((await read(machine)).energyMillijoules).toBe(0);
  });
});

describe('a pattern', () => {
  it('of training goes through forward, backward and all-reduce, within what the board can', async () => {
    const machine = await loaded({ 'load.pattern': 'training' });
    const { idleMilliwatts, idleCelsius, most, idleClock, free } = await bounds(machine);
    const step = await readings(machine, 32, 0.25); // one period of 8 s
    for (const reading of step) {
      expect(reading.powerMilliwatts).toBeGreaterThan(idleMilliwatts);
      expect(reading.powerMilliwatts).toBeLessThanOrEqual(400_000);
      expect(reading.clocksMhz.sm).toBeGreaterThan(idleClock);
      expect(reading.clocksMhz.sm).toBeLessThanOrEqual(most);
      expect(reading.gpuCelsius).toBeGreaterThanOrEqual(idleCelsius);
      expect(reading.usedBytes).toBeGreaterThan(free * 0.85);
      expect(reading.usedBytes).toBeLessThan(free);
      expect(reading).toMatchObject({ encoderPercent: 0, decoderPercent: 0, jpegPercent: 0, ofaPercent: 0 });
    }
    const [forward, backward, allReduce] = [step[4], step[16], step[29]] as [MachineReading, MachineReading, MachineReading];
    expect(backward.powerMilliwatts).toBeGreaterThan(forward.powerMilliwatts);
    expect(allReduce.powerMilliwatts).toBeLessThan(forward.powerMilliwatts * 0.7);
    expect(allReduce.memoryPercent).toBeLessThan(forward.memoryPercent / 2);
    expect(allReduce.gpuPercent).toBeGreaterThan(80);
  });

  it.each(profiles().map(({ name }) => name))('keeps every GPU of %s within its limits', async (name) => {
    const machine = await host(name, { attributes: { 'host.clock-frozen': true, 'gpu.*.load.pattern': 'training' } });
    await machine.advance(WEEK + 3);
    const values = new Map((await machine.attributes()).map((attribute) => [attribute.name, Number(attribute.value)]));
    for (const reading of (await machine.readings()).gpus) {
      const of = (attribute: string) => values.get(`gpu.${reading.index}.${attribute}`) ?? Number.NaN;
      expect(reading.powerMilliwatts).toBeLessThanOrEqual(of('power.limit-milliwatts'));
      expect(reading.powerMilliwatts).toBeGreaterThan(of('power.limit-milliwatts') * 0.7);
      expect(reading.gpuCelsius).toBeLessThan(Math.min(of('thermal.slowdown-celsius'), of('thermal.gpu-maximum-celsius')));
      expect(reading.gpuCelsius).toBeGreaterThan(of('thermal.gpu-celsius') + 15);
      expect(reading.usedBytes).toBeLessThanOrEqual(of('memory.total-bytes') - of('memory.reserved-bytes'));
    }
  });

  it('draws no more than a power limit allows, and stays cooler for it', async () => {
    const machine = await loaded({ 'load.pattern': 'training' });
    await machine.advance(600);
    const before = await read(machine);
    await machine.set(0, { 'power.limit-milliwatts': 200_000 });
    const [limited] = await readings(machine, 0, 0);
    expect(limited).toMatchObject({ powerMilliwatts: 200_000, gpuCelsius: before.gpuCelsius });
    const start = limited?.energyMillijoules ?? 0;
    await machine.advance(600);
    const after = await read(machine);
    expect(after.energyMillijoules - start).toBeLessThanOrEqual(600 * 200_000 + 1);
    expect(after.gpuCelsius).toBeLessThan(before.gpuCelsius - 10);
  });

  it('comes back period after period, for weeks, the energy with it', async () => {
    const machine = await loaded({ 'load.pattern': 'burst', 'load.period-seconds': 60 });
    const start = await read(machine);
    await machine.advance(60);
    const period = (await read(machine)).energyMillijoules - start.energyMillijoules;
    await machine.advance(WEEK - 60);
    const week = await read(machine);
    expect(week).toMatchObject({ gpuPercent: start.gpuPercent, powerMilliwatts: start.powerMilliwatts, clocksMhz: start.clocksMhz, usedBytes: start.usedBytes });
    const periods = WEEK / 60;
    expect(Math.abs(week.energyMillijoules - start.energyMillijoules - periods * period)).toBeLessThanOrEqual(2 * periods);
  });

  it('uses the energy that its power adds up to', async () => {
    const machine = await loaded({ 'load.pattern': 'burst', 'load.period-seconds': 16 });
    // A quarter of a second is one straight piece of the curve, so trapezoids are exact.
    const seen = await readings(machine, 100, 0.25);
    const added = seen.slice(1).reduce((sum, reading, index) => sum + ((reading.powerMilliwatts + (seen[index]?.powerMilliwatts ?? 0)) / 2) * 0.25, 0);
    expect((seen.at(-1)?.energyMillijoules ?? 0) - (seen[0]?.energyMillijoules ?? 0)).toBeGreaterThan(added - 100);
    expect((seen.at(-1)?.energyMillijoules ?? 0) - (seen[0]?.energyMillijoules ?? 0)).toBeLessThan(added + 100);
    expect(new Set(seen.map(({ gpuPercent }) => gpuPercent > 50))).toEqual(new Set([true, false]));
  });

  it('warms a GPU slowly, keeps it warm, and lets it cool down from there', async () => {
    const machine = await loaded({ 'load.pattern': 'steady' });
    const { idleCelsius } = await bounds(machine);
    const warming = await readings(machine, 60, 5);
    const celsius = warming.map((reading) => reading.gpuCelsius);
    expect(celsius[0]).toBe(idleCelsius);
    expect(Math.max(...celsius.slice(1).map((value, index) => value - (celsius[index] ?? 0)))).toBeLessThanOrEqual(6);
    const warm = celsius.at(-1) ?? 0;
    expect(warm).toBeGreaterThan(idleCelsius + 15);
    await machine.advance(WEEK);
    expect(Math.abs((await read(machine)).gpuCelsius - warm)).toBeLessThanOrEqual(1);

    await machine.set(0, { 'load.pattern': 'idle' });
    const cooling = (await readings(machine, 60, 5)).map((reading) => reading.gpuCelsius);
    expect(Math.abs((cooling[0] ?? 0) - warm)).toBeLessThanOrEqual(1);
    expect(cooling).toEqual([...cooling].sort((a, b) => b - a));
    expect(cooling.at(-1)).toBe(idleCelsius);
  });

  it('is the same for the same seed, and another for another GPU', async () => {
    const settings = { 'load.pattern': 'burst', 'load.seed': 7 };
    const [one, same] = [await loaded(settings, 2), await loaded(settings, 2)];
    const course = async (machine: Machine, gpu: number) => {
      const percents: number[] = [];
      for (let at = 0; at < 20; at++) {
        await machine.advance(3);
        percents.push((await read(machine, gpu)).gpuPercent);
      }
      return percents;
    };
    const [first, again] = [await course(one, 0), await course(same, 0)];
    expect(again).toEqual(first);
    expect(await course(one, 1)).not.toEqual(first);
  });

  it('at half the level asks half', async () => {
    const machine = await loaded({ 'load.pattern': 'steady', 'load.level-percent': 50 });
    const reading = await read(machine);
    expect(reading.gpuPercent).toBeGreaterThanOrEqual(44);
    expect(reading.gpuPercent).toBeLessThanOrEqual(50);
  });

  it('ends with `none`: then all is as set', async () => {
    const machine = await loaded({ 'load.pattern': 'training' });
    const { idleMilliwatts, idleCelsius } = await bounds(machine);
    await machine.advance(100);
    await machine.set(0, { 'load.pattern': 'none' });
    expect(await read(machine)).toMatchObject({ gpuPercent: 0, powerMilliwatts: idleMilliwatts, gpuCelsius: idleCelsius, usedBytes: 0 });
  });

  it('is what NVML answers', async () => {
    const machine = await loaded({ 'load.pattern': 'training' });
    await machine.advance(100);
    const nvml = await Nvml.open({ library: machine.nvmlLibrary, backend: 'addon', isolation: 'in-process' });
    try {
      const { device } = nvml.raw.nvmlDeviceGetHandleByIndex_v2({ index: 0 });
      const reading = await read(machine);
      expect(nvml.raw.nvmlDeviceGetPowerUsage({ device }).power).toBe(reading.powerMilliwatts);
      expect(nvml.raw.nvmlDeviceGetTemperature({ device, sensorType: 0 }).temp).toBe(reading.gpuCelsius);
      expect(nvml.raw.nvmlDeviceGetUtilizationRates({ device }).utilization).toMatchObject({ gpu: reading.gpuPercent, memory: reading.memoryPercent });
    } finally {
      await nvml.close();
    }
  });
});
