/** Scenario, capture and replay as commands, each in a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../../lib/package-root.ts';
import { gpuwright, hasMocks, MAIN, node } from '../program-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'gpuwright-simulate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

async function simulate(...words: string[]): Promise<string> {
  const ended = await gpuwright('simulate', ...words);
  expect(ended, words.join(' ')).toMatchObject({ code: 0, err: '' });
  return ended.out;
}

interface AttributesJson {
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}
async function attributes(machine: string): Promise<[string, string][]> {
  return (JSON.parse(await simulate('attributes', machine, '--json')) as AttributesJson).attributes.map(({ name, value }) => [name, value]);
}

describe.skipIf(!hasMocks)('simulate', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await simulate('create', at('a'), '--profile', 'hgx-a100-8', '--gpus', '2', '--set', 'gpu.*.load.pattern=training', '--set', 'host.clock-frozen=on');
  }, 60_000);

  it('play goes through a week at once, and status sees what is left of it', async () => {
    writeFileSync(at('week.yaml'), 'description: a bad week\nsteps:\n- at: 3d\n  inject: { fault: double-bit-ecc, gpu: 1, address: 0x53040 }\n- at: 7d\n  inject: { fault: gpu-lost, gpu: 0 }\n');
    const out = await simulate('play', at('a'), at('week.yaml'), '--at-once');
    expect(out).toBe(`SIMULATED host ${at('a')}: a bad week: 2 actions, Ctrl-C stops\n        3d  inject double-bit-ecc, gpu 1, address 0x53040\n        1w  inject gpu-lost, gpu 0\nPlayed: 2 actions\n`);
    expect(await gpuwright('status', '--machine', at('a'))).toMatchObject({ code: 1, out: expect.stringMatching(/1 +.*ATTENTION/) });
    await simulate('reboot', at('a'));
  });

  it('play is stopped by Ctrl-C between two actions, with 1', async () => {
    writeFileSync(at('slow.yaml'), 'steps:\n- inject: { fault: xid, gpu: 0, xid: 31 }\n- at: 1h\n  reboot:\n');
    const ended = await node(MAIN, ['simulate', 'play', at('a'), at('slow.yaml')], { onOutput: (out, kill) => out.endsWith('xid 31\n') && kill('SIGINT') });
    expect(ended).toMatchObject({ code: 1, signal: null, err: '', out: expect.stringMatching(/Stopped: 1 of 2 actions played\n$/) });
  });

  it('play is stopped by a terminal\'s Ctrl-C, which reaches all that it runs, without ending a change in its middle', async () => {
    writeFileSync(at('busy.yaml'), 'steps:\n- every: 10ms\n  for: 1h\n  inject: { fault: xid, gpu: 0, xid: 31 }\n');
    let holder: ChildProcess | undefined;
    const ended = await node(MAIN, ['simulate', 'play', at('a'), at('busy.yaml')], {
      asForegroundGroup: true,
      onOutput: (out, kill) => {
        if (holder !== undefined || !out.includes('xid 31\n')) return;
        // With the machine locked the next action waits, and Ctrl-C comes while it does.
        holder = spawn(join(packageRoot(), 'mocks/build/gpuwright-machine'), [at('a'), 'hold-lock', '--seconds', '60'], { stdio: ['ignore', 'pipe', 'inherit'] });
        holder.stdout?.once('data', () => {
          setTimeout(() => kill('SIGINT'), 500);
          setTimeout(() => holder?.kill('SIGKILL'), 1000);
        });
      },
    });
    expect(ended).toMatchObject({ code: 1, signal: null, err: '', out: expect.stringMatching(/Stopped: \d+ of 360000 actions played\n$/) });
  });

  it('play is not played on for a reader that has gone, and says so by its exit status', async () => {
    expect(await node(MAIN, ['simulate', 'play', at('a'), at('busy.yaml')], { readOnly: 1 })).toMatchObject({ code: 1, signal: null, err: '' });
  });

  it('two plays at once on one machine are both played to their ends', async () => {
    const scenario = (name: string, gpu: number) => {
      writeFileSync(at(name), `steps:\n- every: 50ms\n  for: 500ms\n  set: { gpu: ${gpu}, thermal.gpu-celsius: 44 }\n- at: 500ms\n  set: { gpu: ${gpu}, thermal.gpu-celsius: ${50 + gpu} }\n`);
      return simulate('play', at('a'), at(name));
    };
    for (const out of await Promise.all([scenario('one.yaml', 0), scenario('two.yaml', 1)])) expect(out).toMatch(/Played: 11 actions\n$/);
    expect(await attributes(at('a'))).toEqual(expect.arrayContaining([['gpu.0.thermal.gpu-celsius', '50'], ['gpu.1.thermal.gpu-celsius', '51']]));
  });

  it('play says in one sentence where a scenario is wrong, and does nothing', async () => {
    writeFileSync(at('wrong.yaml'), 'steps:\n- inject: { fault: gpu-lost, gpu: 0 }\n- set: { gpu: 0, thermal.gpu-celcius: 3 }\n');
    const ended = await gpuwright('simulate', 'play', at('a'), at('wrong.yaml'), '--at-once', '--json');
    expect(ended).toMatchObject({ code: 2, err: expect.stringMatching(/^gpuwright: [^\n]*wrong\.yaml:3:3: [^\n]*gpu-celcius: is not an attribute[^\n]*\n$/) });
    expect(JSON.parse(ended.out)).toMatchObject({ schema: 1, error: { code: 'INVALID_INPUT' } });
    expect(await simulate('show', at('a'))).toContain('Faults: none');
  });

  it('capture writes a machine as a profile that makes an equal one', async () => {
    expect(await simulate('capture', at('a.json'), '--machine', at('a'))).toMatch(/a\.json: 2 GPUs, driver 550\.127\.08\nMake a simulated host of it with: gpuwright simulate create FILE --profile \S+a\.json\n$/);
    await simulate('create', at('copy'), '--profile', at('a.json'));
    expect(await attributes(at('copy'))).toEqual(await attributes(at('a')));
  });

  it('capture refuses to write over a file, or where it cannot', async () => {
    writeFileSync(at('mine.json'), 'mine');
    expect(await gpuwright('simulate', 'capture', at('mine.json'), '--machine', at('a'))).toMatchObject({ code: 2, err: expect.stringContaining('mine.json: exists already: choose another name, or replace it with --force') });
    expect(readFileSync(at('mine.json'), 'utf8')).toBe('mine');
    expect(await gpuwright('simulate', 'capture', at('no/such/folder.json'), '--machine', at('a'))).toMatchObject({ code: 2, err: expect.stringContaining('cannot be written') });
    expect(await gpuwright('simulate', 'capture', at('x.json'), '--machine', at('a'), '--interval', '1s')).toMatchObject({ code: 2, err: expect.stringContaining('--interval without --duration') });
    expect(existsSync(at('x.json'))).toBe(false);
  });

  it('capture reads a live host through its library, and replay plays back what was seen', async () => {
    await simulate('set', at('a'), 'host.clock-frozen=off');
    const ended = await gpuwright('simulate', 'run', at('a'), '--', process.execPath, MAIN, 'simulate', 'capture', at('live.json'), '--duration', '600ms', '--interval', '200ms', '--anonymous', '--json');
    expect(ended).toMatchObject({ code: 0, err: '' });
    const { observations, gpus } = JSON.parse(ended.out) as { observations: number; gpus: number };
    expect(gpus).toBe(2);
    expect(observations).toBeGreaterThan(1);

    await simulate('create', at('replica'), '--profile', at('live.json'));
    expect(await attributes(at('replica'))).toContainEqual(['gpu.1.memory.used-bytes', expect.stringMatching(/^[1-9]\d{9,}$/)]);
    expect(await simulate('replay', at('replica'), at('live.json'), '--at-once')).toMatch(new RegExp(`^SIMULATED [^]* 2 GPUs: \\d+ % busy, \\d+ W, up to \\d+ °C\n[^]*Played: ${observations} observations\n$`));
    const lines = (await simulate('replay', at('replica'), at('live.json'), '--at-once', '--json')).trimEnd().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '') as { gpus: { 'power.usage-milliwatts': number }[] };
    expect(await attributes(at('replica'))).toContainEqual(['gpu.0.power.usage-milliwatts', String(last.gpus[0]?.['power.usage-milliwatts'])]);
  });

  it.each<[string, readonly string[]]>([
    ['a machine', ['simulate', 'capture', at('seen.json'), '--machine', at('worked'), '--force']],
    ['a live host', ['simulate', 'run', at('worked'), '--', process.execPath, MAIN, 'simulate', 'capture', at('seen.json'), '--force']],
  ])('a replay of %s reads as that one did when it was captured', async (_, words) => {
    await simulate('create', at('worked'), '--force', '--profile', 'mixed-a100-t4', '--set', 'gpu.*.load.pattern=training', '--set', 'host.clock-frozen=on');
    await simulate('advance', at('worked'), '--seconds', '777');
    const readings = async (machine: string) => (JSON.parse((await gpuwright('status', '--json', '--machine', machine)).out) as { gpus: unknown }).gpus;
    expect(await gpuwright(...words, '--duration', '300ms', '--interval', '200ms')).toMatchObject({ code: 0, err: '' });
    await simulate('create', at('again'), '--force', '--profile', at('seen.json'));
    const before = await readings(at('again'));
    await simulate('replay', at('again'), at('seen.json'), '--at-once');
    expect(await readings(at('again'))).toEqual(await readings(at('worked')));
    // It has moved on from what it was made with, or the comparison would say nothing.
    if (words.includes('--machine')) expect(before).not.toEqual(await readings(at('worked')));
  });

  it('replay refuses what is no recording', async () => {
    expect(await gpuwright('simulate', 'replay', at('a'), at('a.json'))).toMatchObject({ code: 2, out: '', err: expect.stringContaining('has no observations: record some with `gpuwright simulate capture --duration`') });
  });
});
