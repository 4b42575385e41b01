import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseScenario, readScenario } from '../../../mocks/control/index.ts';
import type { ScenarioAction } from '../../../mocks/control/index.ts';
import { countOccurrences, occurrences } from '../../../mocks/control/scenario/timeline.ts';

const step = (lines: string) => parseScenario(`steps:\n  - ${lines}`, 's.yaml');

describe('a scenario', () => {
  it.each<[string, ScenarioAction]>([
    ['inject: { fault: double-bit-ecc, gpu: 3, address: 0x53040 }', { kind: 'inject', fault: { kind: 'double-bit-ecc', gpu: 3, address: 0x53040n } }],
    ['inject: { fault: single-bit-ecc, gpu: 0, address: "0x20000000000001" }', { kind: 'inject', fault: { kind: 'single-bit-ecc', gpu: 0, address: 0x20000000000001n } }],
    ['inject: { fault: fail, function: nvmlInit_v2, return: 999, times: 2 }', { kind: 'inject', fault: { kind: 'fail', function: 'nvmlInit_v2', returnCode: 999, times: 2 } }],
    ['inject: { fault: fail, function: fmConnect, return: -9 }', { kind: 'inject', fault: { kind: 'fail', function: 'fmConnect', returnCode: -9 } }],
    ['fabric-manager: kill', { kind: 'fabric-manager', action: 'kill', restart: false }],
    ['fabric-manager: { restart: { restart-mode: true } }', { kind: 'fabric-manager', action: 'restart', restart: true }],
    ['inject: { fault: hang, scope: driver }', { kind: 'inject', fault: { kind: 'hang', scope: 'driver' } }],
    ['clear: { fault: hang, gpu: 2 }', { kind: 'clear', fault: 'hang', gpu: 2 }],
    ['clear:', { kind: 'clear' }],
    ['set: { gpu: 1, ecc: off, thermal.gpu-celsius: 70, board.serial: null }', { kind: 'set', gpu: 1, settings: { 'ecc': 'off', 'thermal.gpu-celsius': 70n, 'board.serial': null } }],
    ['set: { gpu.*.load.pattern: training }', { kind: 'set', settings: { 'gpu.*.load.pattern': 'training' } }],
    ['reset: 3', { kind: 'reset', gpu: 3, force: false }],
    ['reset: { gpu: 3, force: true }', { kind: 'reset', gpu: 3, force: true }],
    ['reload-driver:', { kind: 'reload-driver', force: false }],
    ['reload-driver: { force: true }', { kind: 'reload-driver', force: true }],
    ['reboot:', { kind: 'reboot' }],
    ['process: { add: { gpu: 0, pid: 4711, name: python3, kind: mps, memory: 40GiB, sm-percent: 90 } }', { kind: 'process', process: { do: 'add', added: { gpu: 0, pid: 4711, name: 'python3', kind: 'mps', memoryBytes: 40 * 2 ** 30, smPercent: 90 } } }],
    ['process: { set: { gpu: 0, pid: 4711, memory: 5 } }', { kind: 'process', process: { do: 'set', gpu: 0, pid: 4711, usage: { memoryBytes: 5 } } }],
    ['process: { remove: 4711 }', { kind: 'process', process: { do: 'remove', pid: 4711 } }],
    ['process: { remove: { pid: 4711, gpu: 1 } }', { kind: 'process', process: { do: 'remove', pid: 4711, gpu: 1 } }],
    ['advance: 1h', { kind: 'advance', milliseconds: 3_600_000 }],
  ])('can %s', async (line, action) => {
    expect((await step(line)).steps).toMatchObject([{ action }]);
  });

  it('may be JSON', async () => {
    const { steps, description } = await parseScenario(JSON.stringify({ description: 'd', steps: [{ at: '2m', inject: { fault: 'gpu-lost', gpu: 1 } }] }));
    expect({ steps, description }).toMatchObject({ description: 'd', steps: [{ atMs: 120_000, action: { kind: 'inject', fault: { kind: 'gpu-lost', gpu: 1 } } }] });
  });

  it('comes in the order of its times, a step without one right after the step before it', async () => {
    const { steps } = await parseScenario('steps:\n- at: 10s\n  reboot:\n- clear:\n- at: 4s\n  every: 3s\n  for: 9s\n  reset: 0\n- at: 10s\n  reset: 1\n');
    const order = [...occurrences(steps)].map(({ atMs, step: { action } }) => `${atMs} ${action.kind}${action.kind === 'reset' ? action.gpu : ''}`);
    expect(order).toEqual(['4000 reset0', '7000 reset0', '10000 reboot', '10000 clear', '10000 reset0', '10000 reset1']);
    expect(countOccurrences(steps)).toBe(order.length);
  });

  it.each<[string, RegExp]>([
    ['', /^s\.yaml:1:1: .*has no steps: write steps:|^s\.yaml:2:\d: steps/],
    ['at: soon\n    reboot:', /^s\.yaml:2:9: steps\[0\]\.at: "soon" is not a time: write seconds, or/],
    ['at: -5s\n    reboot:', /^s\.yaml:2:9: steps\[0\]\.at: "-5s" is not a time/],
    ['inejct: { fault: hang }', /^s\.yaml:2:13: steps\[0\]\.inejct: is not known here: check its spelling; known are at, every, for, inject/],
    ['at: 5s', /^s\.yaml:2:5: steps\[0\]: does nothing: add one of inject, clear/],
    ['reboot:\n    reset: 1', /^s\.yaml:2:5: steps\[0\]: does two things, reset and reboot: make two steps/],
    ['every: 5s\n    reboot:', /^s\.yaml:2:5: steps\[0\]: has one of every and for: give both/],
    ['every: 1ms\n    for: 1d\n    reboot:', /comes more than 1000000 times: make every longer/],
    ['inject: { fault: fail, function: fmConnect, return: 0 }', /inject\.return: 0 is no failure: write another return code$/],
    ['fabric-manager: jump', /"jump" is not one of its values: choose start, stop, restart, kill/],
    ['fabric-manager: { start: {}, restart: {} }', /does not do one thing: write one of start, stop, restart, kill$/],
    ['inject: { fault: quake }', /^s\.yaml:2:22: steps\[0\]\.inject\.fault: "quake" is not one of its values: choose single-bit-ecc/],
    ['inject: { fault: double-bit-ecc, gpu: 3 }', /^s\.yaml:2:13: steps\[0\]\.inject: double-bit-ecc: address is missing: add address with an address, such as 0x53040, or location with/],
    ['inject: { fault: gpu-lost, gpu: 1, xid: 3 }', /xid means nothing for this fault: leave it out; it takes gpu$/],
    ['inject: { fault: gpu-lost, gpu: one }', /^s\.yaml:2:37: steps\[0\]\.inject\.gpu: "one" is not such a number: write a whole number from 0 to 63/],
    ['inject: { fault: double-bit-ecc, gpu: 1, address: -1 }', /address: "-1" is not an address: write one in hexadecimal/],
    ['reset:', /steps\[0\]\.reset: names no GPU: add gpu:/],
    ['reset: { gpu: 1, force: perhaps }', /force: "perhaps" is neither true nor false/],
    ['set: { gpu: 1 }', /sets nothing: add name: value/],
    ['set: { thermal: { gpu-celsius: 3 } }', /steps\[0\]\.set\.thermal: holds more than one value: write a single one/],
    ['clear: { fault: xid }', /"xid" is not one of its values: choose gpu-lost/],
    ['process: { add: { gpu: 0, pid: 1 } }', /steps\[0\]\.process\.add: says no name: add name:/],
    ['process: { add: { gpu: 0, pid: 1, name: x, memory: lots } }', /memory: "lots" is not an amount of memory: write bytes, or/],
    ['process:', /steps\[0\]\.process: does not do one thing: write one of add, set and remove/],
    ['reboot: { hard: true }', /reboot\.hard: is not known here/],
    ['reset: 1\n    reset: 2', /^s\.yaml:3:5: not YAML \(Map keys must be unique\): mend it there$/],
    ['reset: [1', /^s\.yaml:\d+:\d+: not YAML \(/],
  ])('is refused with "%s", at its place, with what to write', async (lines, sentence) => {
    await expect(step(lines)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(sentence) });
  });

  it('is refused where there is no file, or nothing in it', async () => {
    await expect(readScenario('/nowhere/s.yaml')).rejects.toThrow('/nowhere/s.yaml: cannot be read (ENOENT): check the path');
    const folder = mkdtempSync(join(tmpdir(), 'gpuwright-scenario-'));
    try {
      writeFileSync(join(folder, 'empty.yaml'), '');
      await expect(readScenario(join(folder, 'empty.yaml'))).rejects.toThrow(/empty\.yaml:1:1: has no steps: write steps:/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
