import { describe, expect, it } from 'vitest';
import { cli } from '../fakes.ts';

const scenarios = { 's.yaml': 'description: two things\nsteps:\n- at: 90s\n  reset: 1\n- at: 1h30m\n  inject: { fault: double-bit-ecc, gpu: 0, address: 0x20000000000001 }\n', 'bad.yaml': 'steps: [{ reset: x }]' };
const world = { machines: ['m'], scenarios };

describe('simulate play', () => {
  it('tells what it does when', async () => {
    const ran = await cli(world, 'simulate', 'play', 'm', 's.yaml', '--at-once');
    expect(ran).toMatchObject({ code: 0, err: '', done: ['play m reset at speed Infinity', 'play m inject at speed Infinity'] });
    expect(ran.out).toBe('SIMULATED host m: two things: 2 actions, Ctrl-C stops\n     1m30s  reset\n     1h30m  inject\nPlayed: 2 actions\n');
  });

  it('--json prints a line for each', async () => {
    const { out } = await cli(world, 'simulate', 'play', 'm', 's.yaml', '--json', '--speed', '60');
    const lines = out.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([
      { schema: 1, simulated: true, file: 'm', atMs: 90_000, done: 'reset', action: { kind: 'reset', gpu: 1 }, line: 3, column: 3 },
      { atMs: 5_400_000, action: { fault: { kind: 'double-bit-ecc', address: '0x20000000000001' } } },
    ]);
  });

  it('stops when it is told to, says so, and exits 1', async () => {
    const ran = await cli({ ...world, stopAfter: 1 }, 'simulate', 'play', 'm', 's.yaml');
    expect(ran).toMatchObject({ code: 1, out: expect.stringMatching(/Stopped: 1 of 2 actions played\n$/), done: ['play m reset at speed 1'] });
  });

  it.each([
    ['m bad.yaml', /^gpuwright: bad\.yaml:1:18: steps\[0\]\.reset: "x" is no list of names with values/],
    ['nowhere s.yaml', /nowhere: there is no such file/],
    ['m s.yaml --speed 0', /'0' is not a speed: give a number above 0/],
    ['m s.yaml --speed 2 --at-once', /--speed and --at-once contradict each other/],
    ['m', /missing required argument 'scenario'/],
  ])('refuses "%s"', async (words, sentence) => {
    const ran = await cli(world, 'simulate', 'play', ...words.split(' '));
    expect(ran).toMatchObject({ code: 2, done: [], out: '' });
    expect(ran.err).toMatch(sentence);
  });
});
