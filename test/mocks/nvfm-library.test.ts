/** libnvfm.so.1 as it was seen to behave, up to the daemon: loading, initialising, the order in which arguments are looked at. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { measured } from '../abi/nvfm/measured.ts';
import type { Argument } from './client.ts';
import { connectParameters, FmClient, versionWord, words } from './fm-client.ts';
import { isSanitized } from './python.ts';
import { host } from './simulated-host.ts';

const shared = () => host('hgx-h100-8', { fabricMode: 'shared' });
const LISTS = { fmGetSupportedFabricPartitions: 'fmFabricPartitionList_v2', fmGetUnsupportedFabricPartitions: 'fmUnsupportedFabricPartitionList_v1', fmGetNvlinkFailedDevices: 'fmNvlinkFailedDevices_v1' };
const SET = 'fmActivatedFabricPartitionList_v1';
const STRUCTS: Readonly<Record<string, string>> = { ...LISTS, fmSetActivatedFabricPartitions: SET };
const NULL: Argument = null;

/** Every call but those of the library itself, with this handle and valid arguments else. */
const requests = (handle: Argument): Readonly<Record<string, readonly Argument[]>> => ({
  ...Object.fromEntries(Object.entries(STRUCTS).map(([name, struct]) => [name, [handle, words(struct)]])),
  fmActivateFabricPartition: [handle, 1],
  fmDeactivateFabricPartition: [handle, 1],
  fmActivateFabricPartitionWithVFs: [handle, 1, { buffer: 16, u32: [0, 1, 0, 4] }, 1],
});

describe('libnvfm.so.1', () => {
  it('is there on hosts with NVSwitches only', async () => {
    expect(await readdir((await shared()).libraryDirectory)).toEqual(expect.arrayContaining(['fabricmanager.cfg', 'libnvfm.so.1', 'libnvidia-ml.so.1']));
    expect(await readdir((await host('t4-4')).libraryDirectory)).toEqual(['libnvidia-ml.so', 'libnvidia-ml.so.1']);
  });

  it.skipIf(isSanitized)('has its own name, exports the eleven functions without versions, and needs no other library than C\'s', async () => {
    const { nvfmLibrary } = await shared();
    const symbols = execFileSync('nm', ['-D', '--defined-only', nvfmLibrary], { encoding: 'utf8' }).trim().split('\n').map((line) => line.split(' ').at(-1));
    expect(symbols.sort()).toEqual(measured.functions.map(({ name }) => name).sort());
    const dynamic = execFileSync('readelf', ['-d', nvfmLibrary], { encoding: 'utf8' });
    expect(/SONAME.*\[(.*)\]/.exec(dynamic)?.[1]).toBe('libnvfm.so.1');
    const needed = [...dynamic.matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name as string);
    expect(needed.filter((name) => !/^(lib(c|pthread|dl|m|rt)\.so\.|ld-linux)/.test(name))).toEqual([]);
  });
});

describe('initialising', () => {
  it('is not counted', async () => {
    const client = await FmClient.open(await shared());
    const calls = ['fmLibShutdown', 'fmLibInit', 'fmLibInit', 'fmLibShutdown', 'fmLibShutdown', 'fmLibInit'];
    const codes: unknown[] = [];
    for (const call of calls) codes.push(await client.status(call));
    expect(codes).toEqual([-4, 0, -7, 0, -4, 0]);
  });

  it('comes before everything else, but for missing arguments of fmConnect', async () => {
    const client = await FmClient.open(await shared());
    expect(await client.status('fmConnect', connectParameters({}), { out: 'handle' })).toBe(-4);
    expect(await client.status('fmConnect', NULL, { out: 'handle' })).toBe(-1);
    expect(await client.status('fmConnect', NULL, NULL)).toBe(-1);
    expect(await client.status('fmDisconnect', NULL)).toBe(-4);
    for (const [name, args] of Object.entries(requests(NULL))) expect([name, await client.status(name, ...args)]).toEqual([name, -4]);
    for (const name of Object.keys(STRUCTS)) expect([name, await client.status(name, NULL, NULL)]).toEqual([name, -4]);
  });

  it('starts one thread and opens four descriptors; a connection opens one; the end gives all back', async () => {
    const client = await FmClient.open(await shared());
    const resources = async () => {
      const { threads, descriptors } = await client.process.send({ resources: true });
      return [threads as number, descriptors as number] as const;
    };
    const [threads, descriptors] = await resources();
    await client.status('fmLibInit');
    expect(await resources()).toEqual([threads + 1, descriptors + 4]);
    await client.connect();
    await client.connect();
    expect(await resources()).toEqual([threads + 1, descriptors + 6]);
    expect(await client.status('fmDisconnect', client.handle)).toBe(0);
    expect(await resources()).toEqual([threads + 1, descriptors + 5]);
    expect(await client.status('fmLibShutdown')).toBe(0);
    expect(await resources()).toEqual([threads, descriptors]);
  });
});

describe('unloading', () => {
  it('is fine before initialising and after the end', async () => {
    const client = await FmClient.open(await shared());
    await client.status('fmLibInit');
    await client.status('fmLibShutdown');
    expect(await client.process.send({ close: 0 })).toEqual({});
    await client.process.leave();
    expect(await client.process.ended).toEqual({ code: 0, signal: null });
  });

  it.skipIf(isSanitized)('kills the process while initialised: the thread loses its code', async () => {
    const client = await FmClient.open(await shared());
    await client.status('fmLibInit');
    await expect(client.process.send({ close: 0, linger: 30 })).rejects.toThrow('SIGSEGV');
    expect(await client.process.ended).toEqual({ code: null, signal: 'SIGSEGV' });
  });

  it('hangs a child of fork that ends what its parent began', async () => {
    const client = await FmClient.open(await shared());
    await client.status('fmLibInit');
    const child = client.process.send({ fork: [{ call: 'fmLibShutdown', args: [] }] });
    expect(await Promise.race([child.catch(() => 'killed'), new Promise((resolve) => setTimeout(resolve, 500, 'hangs'))])).toBe('hangs');
    const children = readFileSync(`/proc/${client.process.pid}/task/${client.process.pid}/children`, 'utf8').trim().split(' ');
    for (const pid of children) process.kill(Number(pid), 'SIGKILL');
    await client.process.kill('SIGKILL');
    await expect(child).rejects.toThrow();
  });
});

describe('handles', () => {
  it('count from 2, are never given again, and start anew with the library', async () => {
    const client = await FmClient.open(await shared());
    await client.status('fmLibInit');
    const handles = [];
    for (let i = 0; i < 3; i++) handles.push((await client.connect()).handle);
    expect(await client.status('fmDisconnect', { u64: 3 })).toBe(0);
    handles.push((await client.connect()).handle);
    expect(handles).toEqual([2, 3, 4, 5]);
    await client.status('fmLibShutdown');
    await client.status('fmLibInit');
    expect((await client.connect()).handle).toBe(2);
  });

  it('are refused where they are NULL, unknown or closed', async () => {
    const client = await FmClient.connected(await shared());
    expect([await client.status('fmDisconnect', NULL), await client.status('fmDisconnect', { u64: 1 }), await client.status('fmDisconnect', { u64: 77 })]).toEqual([-1, -1, -1]);
    expect([await client.status('fmDisconnect', { u64: 2 }), await client.status('fmDisconnect', { u64: 2 })]).toEqual([0, -1]);
    for (const [name, args] of Object.entries(requests(NULL))) expect([name, await client.status(name, ...args)]).toEqual([name, -1]);
    for (const handle of [1, 2, 77]) for (const [name, args] of Object.entries(requests({ u64: handle }))) expect([name, await client.status(name, ...args)]).toEqual([name, -9]);
  });
});

describe('arguments of requests', () => {
  it('must be there', async () => {
    const client = await FmClient.connected(await shared());
    for (const name of Object.keys(STRUCTS)) expect([name, await client.status(name, client.handle, NULL)]).toEqual([name, -1]);
    expect(await client.status('fmActivateFabricPartitionWithVFs', client.handle, 1, NULL, 1)).toBe(-1);
    expect(await client.status('fmActivateFabricPartitionWithVFs', client.handle, 1, { buffer: 16 }, 0)).toBe(-1);
  });

  it('must have the version word of the struct', async () => {
    const client = await FmClient.connected(await shared());
    for (const [name, struct] of Object.entries(STRUCTS)) {
      for (const wrong of [0, 1, versionWord(struct) & 0xffffff, versionWord(struct) + 2 ** 24]) {
        expect([name, wrong, await client.status(name, client.handle, words(struct, wrong))]).toEqual([name, wrong, -6]);
      }
    }
  });

  it('are not looked at further: ids and counts out of range reach the daemon', async () => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    expect([await client.activate(0xffff_ffff), await client.deactivate(64)]).toEqual([-1, -1]);
    expect(await client.setActivated([], 65)).toBe(-3); // the daemon's answer to any set out of its time
    await machine.setHost({ 'fabric-manager.mode': 'vgpu' });
    expect(await client.status('fmActivateFabricPartitionWithVFs', client.handle, 0, { buffer: 16 }, 17)).toBe(-1);
  });
});
