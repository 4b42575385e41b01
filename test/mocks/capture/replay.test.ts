import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Observer, readRecording, record, replay } from '../../../mocks/control/index.ts';
import type { Machine, Observation, Recording } from '../../../mocks/control/index.ts';
import { host } from '../simulated-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'gpuwright-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function all(observations: AsyncIterable<Observation>): Promise<Observation[]> {
  const seen: Observation[] = [];
  for await (const one of observations) seen.push(one);
  return seen;
}

/** What a machine under load shows in steps of its clock, as if it had been watched in real time. */
async function watched(machine: Machine, steps: number, seconds: number): Promise<Recording> {
  const observer = new Observer(machine);
  const observations: Observation[] = [];
  for (let step = 0; step < steps; step++) {
    observations.push({ atMs: step * seconds * 1000, gpus: await observer.look() });
    await machine.advance(seconds);
  }
  return { file: 'r.json', observations };
}

describe('a recording', () => {
  it('plays back what was seen, at its times', async () => {
    const original = await host('hgx-a100-8', { gpus: 2, attributes: { 'gpu.*.load.pattern': 'burst', 'gpu.*.load.period-seconds': 20, 'host.clock-frozen': true } });
    const recording = await watched(original, 6, 7);
    const machine = await host('hgx-a100-8', { gpus: 2, attributes: { 'gpu.*.load.pattern': 'training', 'host.clock-frozen': true } });
    const start = Date.parse((await machine.show()).time);
    const seen: unknown[] = [];
    for await (const { atMs } of replay(machine, recording, { speed: Infinity })) {
      const { time, gpus } = await machine.readings();
      expect(Date.parse(time) - start).toBe(atMs);
      seen.push(gpus.map((gpu) => [gpu.gpuPercent, gpu.powerMilliwatts, gpu.gpuCelsius, gpu.usedBytes, gpu.clocksMhz.sm]));
    }
    expect(seen).toEqual(recording.observations.map(({ gpus }) => gpus.map((gpu) => ['load.gpu-percent', 'power.usage-milliwatts', 'thermal.gpu-celsius', 'memory.used-bytes', 'clocks.sm-mhz'].map((name) => gpu[name]))));
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBeGreaterThan(3);
  });

  it('has what was changed besides, from the moment of the change on', async () => {
    const original = await host('hgx-a100-8', { gpus: 2 });
    const observer = new Observer(original);
    const first = await observer.look();
    await original.set(1, { 'modes.persistence': false });
    const observations = [{ atMs: 0, gpus: first }, { atMs: 1000, gpus: await observer.look() }, { atMs: 2000, gpus: await observer.look() }];
    expect(observations.map(({ gpus }) => gpus.map((gpu) => gpu['modes.persistence']))).toEqual([[undefined, undefined], [undefined, false], [undefined, undefined]]);
    const machine = await host('hgx-a100-8', { gpus: 2 });
    await all(replay(machine, { file: 'r.json', observations }, { speed: Infinity }));
    expect((await machine.show()).gpus.map(({ persistence }) => persistence)).toEqual([true, false]);
  });

  it('is made by looking again and again, until the time is over or a signal comes', async () => {
    let looks = 0;
    const look = async () => [{ 'load.gpu-percent': looks++ }];
    const seen = await record(look, { durationMs: 220, intervalMs: 50 });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.length).toBeLessThan(6);
    expect(seen[0]).toMatchObject({ gpus: [{ 'load.gpu-percent': 0 }] });
    expect(seen.map(({ atMs }) => atMs)).toEqual([...seen.map(({ atMs }) => atMs)].sort((a, b) => a - b));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 60);
    expect((await record(look, { durationMs: 60_000, intervalMs: 20, signal: stop.signal })).length).toBeLessThan(10);
    await expect(record(look, { durationMs: 5, intervalMs: 0 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it.each<[unknown, RegExp]>([
    [{}, /r\.json:1:1: has no observations: record some/],
    [{ observations: [{ atMs: 0, gpus: [{}, { 'load.gpu-percent': 7.5 }] }] }, /r\.json:1:\d+: observations\[0\]\.gpus\[1\]\.load\.gpu-percent: is no value of an attribute: write a whole number/],
    [{ observations: [] }, /has no observations/],
    [{ observations: [{ gpus: [{}] }] }, /r\.json:1:18: observations\[0\]\.atMs: is missing or wrong/],
    [{ observations: [{ atMs: 0, gpus: 3 }] }, /observations\[0\]\.gpus: is missing or wrong/],
    [{ observations: [{ atMs: 9, gpus: [{}] }, { atMs: 3, gpus: [{}] }] }, /observations\[1\]\.atMs: is earlier than the one before/],
  ])('%j is none', (json, sentence) => {
    const file = join(folder, 'r.json');
    writeFileSync(file, JSON.stringify(json));
    expect(() => readRecording(file)).toThrow(sentence);
  });

  it.each<[Observation['gpus'], RegExp]>([
    [[{}, {}], /^r\.json: observations\[1\]: tells of 2 GPUs and the machine has 1: make a machine from that file/],
    [[{ 'load.gpu-procent': 3 }], /^r\.json: observations\[1\]\.gpus\[0\]\.load\.gpu-procent: is not an attribute that can be set/],
    [[{ 'memory.total-bytes': 3 }], /^r\.json: observations\[1\]\.gpus\[0\]\.memory\.total-bytes: is not an attribute that can be set/],
  ])('that fits no machine is refused before anything is done: %j', async (gpus, sentence) => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const recording = { file: 'r.json', observations: [{ atMs: 0, gpus: [{ 'load.gpu-percent': 44 }] }, { atMs: 5, gpus }] };
    await expect(all(replay(machine, recording, { speed: Infinity }))).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(sentence) });
    expect((await machine.readings()).gpus[0]?.gpuPercent).toBe(0);
  });

  it('with a value that cannot be stops there and says where', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const recording = { file: 'r.json', observations: [{ atMs: 0, gpus: [{ 'load.gpu-percent': 101 }] }] };
    await expect(all(replay(machine, recording))).rejects.toThrow(/^r\.json: observations\[0\]\.gpus\[0\]\.load\.gpu-percent: 101 is out of range/);
    // As it stands in a file, with its line and column.
    const file = join(folder, 'r.json');
    writeFileSync(file, JSON.stringify({ observations: recording.observations }, null, 1));
    await expect(all(replay(machine, readRecording(file)))).rejects.toThrow(`${file}:7:6: observations[0].gpus[0].load.gpu-percent: 101 is out of range`);
  });
});
