import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { host } from './simulated-host.ts';

const timeOf = async (machine: Machine) => Date.parse((await machine.show()).time);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("a machine's clock", () => {
  it('that is frozen moves by hand only, to the millisecond, and runs on from where it stood', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await machine.freezeClock();
    const start = await timeOf(machine);
    await pause(20);
    expect(await timeOf(machine)).toBe(start);
    await machine.advance(0.25);
    await machine.advance(604_800);
    expect(await timeOf(machine)).toBe(start + 604_800_250);

    await machine.freezeClock(false);
    const running = await timeOf(machine);
    expect(running).toBeGreaterThanOrEqual(start + 604_800_250);
    await expect.poll(() => timeOf(machine)).toBeGreaterThan(running);
  });

  it('is set forward, and never back', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await machine.freezeClock();
    const start = await timeOf(machine);
    expect(await machine.setClock(new Date(start + 90_000))).toBe(true);
    expect(await machine.setClock(new Date(start))).toBe(false);
    expect(await timeOf(machine)).toBe(start + 90_000);
    await machine.freezeClock();
    expect(await timeOf(machine)).toBe(start + 90_000);
  });

  it('stands still for every process of the machine, from the first moment if it was made so', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await machine.setHost({ 'host.clock-frozen': true });
    const [first, second] = await Promise.all([timeOf(machine), timeOf(machine)]);
    expect(first).toBe(second);
    expect(await machine.kernelLog()).not.toEqual([]);
  });

  it.each([-1, Number.NaN, 3e9, Infinity])('refuses to advance by %s', async (seconds) => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await expect(machine.advance(seconds)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
