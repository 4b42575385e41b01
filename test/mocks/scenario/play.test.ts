import { describe, expect, it } from 'vitest';
import { parseScenario, playScenario } from '../../../mocks/control/index.ts';
import type { Machine, ScenarioEvent } from '../../../mocks/control/index.ts';
import { Client } from '../client.ts';
import { host, xids } from '../simulated-host.ts';

const WEEK = `
description: a page goes under load, and a reset cures it
steps:
  - set: { gpu.*.load.pattern: training }
  - at: 1d
    inject: { fault: double-bit-ecc, gpu: 1, address: 0x53040 }
  - at: 2d
    every: 12h
    for: 3d
    inject: { fault: xid, gpu: 0, xid: 31 }
  - at: 6d
    reset: 1
  - at: 7d
    set: { gpu.*.load.pattern: none }
`;

const timeOf = async (machine: Machine) => Date.parse((await machine.show()).time);
async function all(events: AsyncIterable<ScenarioEvent>): Promise<ScenarioEvent[]> {
  const seen: ScenarioEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

describe('a scenario that is played', () => {
  it('at once goes through a week, the clock of the machine with it', async () => {
    const machine = await host('tesla-v100-8', { gpus: 2 });
    await machine.freezeClock();
    const start = await timeOf(machine);
    const seen: string[] = [];
    for await (const { atMs, done } of playScenario(machine, await parseScenario(WEEK), { speed: Infinity })) {
      expect(await timeOf(machine)).toBe(start + atMs);
      seen.push(`${atMs / 3_600_000}h ${done}`);
      if (atMs === 86_400_000) expect(await machine.show()).toMatchObject({ gpus: [{}, { pageRetirementPending: true }] });
    }
    expect(seen).toEqual([
      '0h set gpu.*.load.pattern=training',
      '24h inject double-bit-ecc, gpu 1, address 0x53040',
      ...[48, 60, 72, 84, 96, 108].map((hour) => `${hour}h inject xid, gpu 0, xid 31`),
      '144h reset, gpu 1',
      '168h set gpu.*.load.pattern=none',
    ]);
    expect(await machine.show()).toMatchObject({ gpus: [{}, { pageRetirementPending: false, retiredPages: [{ address: '0x50000' }] }] });
    expect((await xids(machine)).filter((xid) => xid === 31)).toHaveLength(6);
  });

  it('faster than real time waits its part, and moves the clock by the whole', async () => {
    const machine = await host('tesla-v100-8', { gpus: 1 });
    const start = await timeOf(machine);
    const began = performance.now();
    await all(playScenario(machine, await parseScenario('steps: [{ at: 10m, reboot: }]'), { speed: 2000 }));
    expect(performance.now() - began).toBeGreaterThan(299);
    expect((await timeOf(machine)) - start).toBeGreaterThanOrEqual(600_000);
    expect((await timeOf(machine)) - start).toBeLessThan(610_000);
  });

  it('may move the clock besides', async () => {
    const machine = await host('tesla-v100-8', { gpus: 1 });
    await machine.freezeClock();
    const start = await timeOf(machine);
    await all(playScenario(machine, await parseScenario('steps: [{ at: 1m, advance: 1h }, { at: 2m, clear: }]'), { speed: Infinity }));
    expect((await timeOf(machine)) - start).toBe(3_720_000);
  });

  it.each<[string, RegExp]>([
    ['{ at: 1h, set: { gpu: 0, thermal.gpu-celcius: 70 } }', /^s\.yaml:3:3: set gpu 0, thermal\.gpu-celcius=70: gpu\.0\.thermal\.gpu-celcius: is not an attribute that this version knows/],
    ['{ at: 1h, set: { gpu: 0, thermal.gpu-celsius: 700 } }', /^s\.yaml:3:3: .*700 is out of range/],
    ['{ at: 1h, reset: 2 }', /^s\.yaml:3:3: reset, gpu 2: gpu: 2 is out of range/],
    ['{ at: 1h, inject: { fault: double-bit-ecc, gpu: 0, address: 0xffffffffffff } }', /^s\.yaml:3:3: inject .*: address: .* is out of range/],
    ['{ at: 1h, inject: { fault: absent, function: nvmlNothing } }', /^s\.yaml:3:3: .*"nvmlNothing" is not a function of libnvidia-ml/],
  ])('that asks what the machine cannot, %s, is refused before anything is done', async (step, sentence) => {
    const machine = await host('tesla-v100-8', { gpus: 2 });
    const scenario = await parseScenario(`steps:\n- inject: { fault: gpu-lost, gpu: 1 }\n- ${step}\n`, 's.yaml');
    await expect(all(playScenario(machine, scenario, { speed: Infinity }))).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(sentence) });
    expect(await machine.show()).toMatchObject({ faults: [], gpus: [{}, { lost: false }] });
  });

  it('starts and ends processes', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const scenario = await parseScenario('steps: [{ process: { add: { gpu: 0, pid: 77, name: trainer, memory: 8GiB } } }, { process: { set: { gpu: 0, pid: 77, memory: 9GiB } } }, { at: 1h, process: { remove: 77 } }]');
    const seen: unknown[] = [];
    for await (const { done } of playScenario(machine, scenario, { speed: Infinity })) seen.push([done, (await machine.readings()).gpus[0]?.usedBytes]);
    expect(seen).toEqual([['process 77 trainer starts on GPU 0', 8 * 2 ** 30], ['process 77 changes on GPU 0', 9 * 2 ** 30], ['process 77 ends', 0]]);
  });

  it('may ask for what an earlier step makes possible', async () => {
    const machine = await host('tesla-v100-8', { gpus: 1 });
    const scenario = await parseScenario('steps: [{ inject: { fault: driver-not-loaded } }, { reload-driver: }, { reset: 0 }]');
    expect(await all(playScenario(machine, scenario, { speed: Infinity }))).toHaveLength(3);
  });

  it('stops where a program stands in its way, naming the step and the program; with force it goes on', async () => {
    const machine = await host('tesla-v100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    await expect(all(playScenario(machine, await parseScenario('steps: [{ reset: 0 }]', 's.yaml'), { speed: Infinity }))).rejects.toMatchObject({
      code: 'MACHINE_BUSY',
      message: expect.stringMatching(new RegExp(`^s\\.yaml:1:9: reset, gpu 0: .*${client.pid}`)),
    });
    expect(await all(playScenario(machine, await parseScenario('steps: [{ reset: { gpu: 0, force: true } }]'), { speed: Infinity }))).toHaveLength(1);
  });

  it('ends between two actions when it is told to', async () => {
    const machine = await host('tesla-v100-8', { gpus: 1 });
    const stop = new AbortController();
    const scenario = await parseScenario('steps: [{ inject: { fault: xid, gpu: 0, xid: 31 } }, { at: 1h, reboot: }]');
    const began = performance.now();
    const seen: string[] = [];
    for await (const { done } of playScenario(machine, scenario, { signal: stop.signal })) {
      seen.push(done);
      stop.abort();
    }
    expect(seen).toEqual(['inject xid, gpu 0, xid 31']);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('ends while it is still being tried on a copy, too: it does not go on to what is wrong', async () => {
    const machine = await host('tesla-v100-8', { gpus: 1 });
    const scenario = await parseScenario(`steps: [${'{ clear: }, '.repeat(200)}{ reset: 7 }]`);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    expect(await all(playScenario(machine, scenario, { speed: Infinity, signal: stop.signal }))).toEqual([]);
    await expect(all(playScenario(machine, scenario, { speed: Infinity }))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it.each([0, -1, Number.NaN])('at no speed such as %s', async (speed) => {
    const machine = await host('tesla-v100-8', { gpus: 1 });
    await expect(all(playScenario(machine, await parseScenario('steps: [{ reboot: }]'), { speed }))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('starts and ends Fabric Manager', async () => {
    const machine = await host('hgx-h100-8', { gpus: 8, fabricMode: 'shared' });
    await machine.freezeClock();
    const steps = 'steps:\n- fabric-manager: kill\n- at: 1m\n  fabric-manager: { start: { restart-mode: true } }\n- at: 2m\n  reboot:\n';
    const states: unknown[] = [];
    for await (const { done } of playScenario(machine, await parseScenario(steps), { speed: Infinity })) states.push([done, (await machine.show()).fabricManager?.state]);
    expect(states).toEqual([['fabric-manager kill', 'stopped'], ['fabric-manager start, restart-mode', 'starting'], ['reboot', 'up']]);
  });
});
