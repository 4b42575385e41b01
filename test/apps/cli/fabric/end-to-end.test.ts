/** The compiled program over the simulated Fabric Manager: what survives crashes, restarts and other people. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Ended } from '../program-run.ts';
import { gpuwright, hasMocks, MAIN, node } from '../program-run.ts';

interface Partitions {
  readonly partitions: readonly { readonly id: number; readonly active: boolean; readonly owner: string | null; readonly gpus: readonly { readonly physicalId: number; readonly pciBusId: string | null; readonly uuid: string | null }[] }[];
}

const folder = mkdtempSync(join(tmpdir(), 'gpuwright-fabric-e2e-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let hosts = 0;

async function host(profile = 'hgx-h100-8', mode = 'shared') {
  hosts += 1;
  const machine = join(folder, `host ${hosts}`);
  const simulate = async (word: string, ...words: string[]): Promise<string> => {
    const ended = await gpuwright('simulate', word, ...(word === 'fabric-manager' ? [words[0] ?? '', machine, ...words.slice(1)] : [machine, ...words]));
    expect(ended, `${word} ${words.join(' ')}`).toMatchObject({ code: 0 });
    return ended.out;
  };
  await simulate('create', '--profile', profile, '--fabric-mode', mode);
  const fabric = (...words: string[]): Promise<Ended> => gpuwright('fabric', ...words, '--machine', machine);
  const json = async (...words: string[]): Promise<Record<string, unknown>> => JSON.parse((await fabric(...words, '--json')).out) as Record<string, unknown>;
  const active = async () => ((await json('partitions')) as unknown as Partitions).partitions.filter((partition) => partition.active).map(({ id, owner }) => [id, owner]);
  const given = async (owner: string, ...words: string[]) => expect(await fabric('acquire', '--owner', owner, ...words, '--yes')).toMatchObject({ code: 0 });
  /** Started, and initialised. */
  const restart = async (...words: string[]) => {
    await simulate('fabric-manager', 'restart', ...words);
    await simulate('advance', '--seconds', '4');
  };
  return { machine, simulate, fabric, json, active, given, restart };
}

describe.skipIf(!hasMocks)('two owners on one host', { timeout: 120_000 }, () => {
  it('get partitions of their own, keep them through a second program, and give them back', async () => {
    const { machine, fabric, json, active, given } = await host();
    await given('vm1', '--gpus', '4');
    await given('vm2', '--gpus', '2');
    const { partitions } = (await json('partitions')) as unknown as Partitions;
    const members = partitions.filter((partition) => partition.active).flatMap(({ gpus }) => gpus.map(({ physicalId }) => physicalId));
    expect([members.length, new Set(members).size]).toEqual([6, 6]);
    // Fabric Manager of H100 tells neither: NVML and the module ids do.
    expect(partitions.flatMap(({ gpus }) => gpus).every(({ pciBusId, uuid }) => pciBusId !== null && uuid !== null)).toBe(true);
    expect(await fabric('acquire', '--owner', 'vm3', '--gpus', '4', '--yes')).toMatchObject({ code: 1, err: expect.stringMatching(/vm1|vm2/) });
    expect((await fabric('release', '--owner', 'vm1', '--yes')).code).toBe(0);
    expect((await active()).map(([, owner]) => owner)).toEqual(['vm2']);
    // Records of a simulated host stay beside it.
    expect(existsSync(`${machine}.fabric/ledger.json`)).toBe(true);
    expect(await fabric('status')).toMatchObject({ code: 0, out: expect.stringMatching(/^SIMULATED/) });
  });

  it('are found through LD_LIBRARY_PATH too', async () => {
    const { machine, given } = await host();
    await given('vm1', '--gpus', '8');
    const ended = await gpuwright('simulate', 'run', machine, '--', process.execPath, MAIN, 'fabric', 'partitions', '--json');
    expect((JSON.parse(ended.out) as Partitions).partitions[0]).toMatchObject({ id: 0, active: true, owner: 'vm1' });
  });

  it('do not get a GPU that waits for a repair, and one that is healthy instead', async () => {
    const { simulate, json, fabric } = await host();
    const { gpus } = JSON.parse((await simulate('show', '--json'))) as { gpus: { pciBusId: string }[] };
    await simulate('inject', 'double-bit-ecc', '--gpu', '0', '--address', '0x53040');
    const { partitions } = (await json('partitions')) as unknown as Partitions;
    const sick = partitions.flatMap((partition) => partition.gpus).find(({ pciBusId }) => pciBusId === gpus[0]?.pciBusId)?.physicalId;
    const four = (await json('acquire', '--owner', 'vm1', '--gpus', '4', '--yes')) as unknown as Partitions['partitions'][0];
    expect(four.gpus.map(({ physicalId }) => physicalId)).not.toContain(sick);
    expect(await fabric('acquire', '--owner', 'vm2', '--modules', String(sick), '--yes', '--accept-unknown-health')).toMatchObject({ code: 1, err: expect.stringContaining(`GPU ${sick}`) });
  });
});

describe.skipIf(!hasMocks)('Fabric Manager', { timeout: 180_000 }, () => {
  it('that starts cold has nothing active, and each owner asks again', async () => {
    const { fabric, active, given, restart } = await host();
    await given('vm1', '--gpus', '2');
    await restart();
    expect(await active()).toEqual([]);
    expect(await fabric('reconcile')).toMatchObject({ code: 1, out: expect.stringContaining('partition 3 of vm1 is not active') });
    await given('vm1', '--gpus', '2');
    expect(await active()).toEqual([[3, 'vm1']]);
  });

  it('in restart mode gets the active set back, a stranger\'s partition too', async () => {
    const { simulate, fabric, active, given, restart } = await host();
    await given('vm1', '--gpus', '2');
    expect((await fabric('activate', '6', '--unowned', '--yes')).code).toBe(0);
    await restart('--restart');
    expect(await fabric('status')).toMatchObject({ code: 1, out: expect.stringContaining('WAITING') });
    expect(await fabric('partitions')).toMatchObject({ code: 1, err: expect.stringContaining('not ready') });
    expect((await fabric('restore', '--yes')).code).toBe(0);
    expect(await active()).toEqual([[3, 'vm1'], [6, null]]);
    const { fabricManager } = JSON.parse(await simulate('show', '--json')) as { fabricManager: { partitions: { id: number; routed: boolean }[] } };
    expect(fabricManager.partitions.filter(({ routed }) => routed).map(({ id }) => id)).toEqual([3, 6]);
  });

  it('is watched: killed, started in restart mode, handed its set back; Ctrl-C ends that', async () => {
    const { machine, simulate, given } = await host();
    await given('vm1', '--gpus', '2');
    let step = 0;
    let steps: Promise<unknown> = Promise.resolve();
    const ended = await node(MAIN, ['fabric', 'watch', '--machine', machine, '--interval', '100ms', '--json'], {
      onOutput: (out, kill) => {
        const events = out.split('\n').slice(0, -1).map((line) => JSON.parse(line) as { kind: string; state?: string });
        const saw = (what: string) => events.some(({ kind, state }) => kind === what || state === what);
        const then = (number: number, action: () => unknown) => {
          if (step === number) {
            step += 1;
            steps = steps.then(action);
          }
        };
        if (saw('up')) then(0, () => simulate('fabric-manager', 'kill'));
        if (saw('down')) then(1, async () => (await simulate('fabric-manager', 'start', '--restart'), await simulate('advance', '--seconds', '4')));
        if (saw('restored') && events.at(-1)?.state === 'up') then(2, () => kill('SIGINT'));
      },
    });
    await steps;
    expect(ended).toMatchObject({ code: 0, signal: null });
    const lines = ended.out.trimEnd().split('\n').map((line) => JSON.parse(line) as { kind: string; result?: unknown });
    expect(lines[0]).toMatchObject({ kind: 'watching', restores: true });
    expect(lines.find(({ kind }) => kind === 'restored')?.result).toMatchObject({ state: 'restored', active: [3], missing: [] });
  });

  it('that dies during an activation takes neither the program nor the record along', async () => {
    const { simulate, fabric, active, restart } = await host();
    await simulate('set', 'fabric-manager.next-request=dies-after', 'fabric-manager.when-it-dies=crash');
    expect(await fabric('acquire', '--owner', 'vm1', '--gpus', '2', '--yes')).toMatchObject({ code: 1, signal: null, err: expect.stringContaining('may have been done or not') });
    expect(await fabric('status')).toMatchObject({ code: 3, out: expect.stringContaining('UNREACHABLE') });
    await restart();
    expect((await fabric('acquire', '--owner', 'vm1', '--gpus', '2', '--yes')).code).toBe(0);
    expect(await active()).toEqual([[3, 'vm1']]);
  });

  it('that is silent is given up at --timeout', async () => {
    const { simulate, fabric } = await host();
    await simulate('set', 'fabric-manager.manners=silent');
    expect(await fabric('status', '--timeout', '500ms')).toMatchObject({ code: 3, out: expect.stringContaining('HUNG') });
    for (const words of [['partitions'], ['acquire', '--owner', 'vm1', '--gpus', '2', '--yes'], ['failed']]) {
      expect(await fabric(...words, '--timeout', '500ms')).toMatchObject({ code: 3, err: expect.stringContaining('no answer within 500 ms') });
    }
    await simulate('set', 'fabric-manager.manners=answers');
    expect((await fabric('status')).code).toBe(0);
  });

  it('beside a driver that hangs gives only what is accepted as unknown', async () => {
    const { simulate, fabric } = await host();
    await fabric('partitions');
    await simulate('inject', 'hang', '--scope', 'driver');
    const words = ['acquire', '--owner', 'vm1', '--gpus', '2', '--yes', '--timeout', '500ms'];
    expect(await fabric(...words)).toMatchObject({ code: 1, err: expect.stringContaining('its health is not known') });
    expect(await fabric(...words, '--accept-unknown-health')).toMatchObject({ code: 0 });
  });

  it('follows its configuration after a restart, and says so', async () => {
    const { machine, fabric, restart } = await host();
    const set = await fabric('config', 'set', 'FABRIC_MODE=0', '--yes');
    expect(set).toMatchObject({ code: 0, out: expect.stringContaining('until it is restarted') });
    expect(readFileSync(`${machine}.lib/fabricmanager.cfg`, 'utf8')).toMatch(/^FABRIC_MODE=0$/m);
    expect((await fabric('partitions')).code).toBe(0);
    await restart();
    expect(await fabric('status')).toMatchObject({ code: 0, out: expect.stringContaining('bare metal') });
    expect(await fabric('partitions')).toMatchObject({ code: 1, err: expect.stringContaining('FABRIC_MODE') });
  });

  it('of A100 tells what failed hardware has taken away, in the words of NVIDIA\'s client', async () => {
    const { fabric } = await host('hgx-a100-8');
    const { out } = await fabric('partitions', '--format', 'fmpm');
    expect(out).toMatch(/^\{\n {3}"maxNumPartitions" : 15,\n {3}"numPartitions" : 15,\n {3}"partitionInfo" : \[\n {6}\{\n {9}"gpuInfo" : \[/);
    expect(JSON.parse(out)).toMatchObject({ version: 16909068, partitionInfo: [{ partitionId: 1, isActive: 0, numGpus: 8 }, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}] });
    expect((await fabric('failed', '--format', 'fmpm')).out).toBe('{\n   "gpuInfo" : [],\n   "numGpus" : 0,\n   "numSwitches" : 0,\n   "switchInfo" : [],\n   "version" : 16787644\n}\n');
  });
});

describe.skipIf(!hasMocks)('what is missing', { timeout: 60_000 }, () => {
  it('is said where the host has no NVSwitches', async () => {
    hosts += 1;
    const machine = join(folder, `host ${hosts}`);
    await gpuwright('simulate', 'create', machine, '--profile', 't4-4');
    expect(await gpuwright('fabric', 'status', '--machine', machine)).toMatchObject({ code: 3, err: expect.stringContaining('no NVSwitches') });
  });

  it('is no failure of ours where a reader has seen enough', async () => {
    const { machine } = await host();
    const code = await new Promise((resolve) => {
      const child = spawn('sh', ['-c', '"$0" "$1" fabric partitions --json --machine "$2" | head -n 1', process.execPath, MAIN, machine], { stdio: ['ignore', 'pipe', 'pipe'] });
      let err = '';
      child.stderr.on('data', (text: Buffer) => (err += text.toString()));
      child.on('close', (status) => resolve([status, err]));
    });
    expect(code).toEqual([0, '']);
  });
});
