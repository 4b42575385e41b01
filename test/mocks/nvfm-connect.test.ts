/** fmConnect: what it refuses at once, what it tries until its time is up, and where it finds the daemon. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { connectParameters, FmClient, versionWord } from './fm-client.ts';
import { host } from './simulated-host.ts';

const V1 = versionWord('fmConnectParams_v1');
const V2 = versionWord('fmConnectParams_v2');
const INET = 1;
const UNIX = 2;
const VSOCK = 3;
const shared = () => host('hgx-h100-8', { fabricMode: 'shared' });

async function opened(machine: Machine): Promise<FmClient> {
  const client = await FmClient.open(machine);
  expect(await client.status('fmLibInit')).toBe(0);
  return client;
}

async function configure(machine: Machine, settings: Readonly<Record<string, string | number>>): Promise<void> {
  const file = join(machine.libraryDirectory, 'fabricmanager.cfg');
  let text = await readFile(file, 'utf8');
  for (const [key, value] of Object.entries(settings)) text = text.replace(new RegExp(`^${key}=.*$`, 'm'), `${key}=${value}`);
  await writeFile(file, text);
  await machine.fabricManager('restart');
  await machine.advance(10);
}

describe('fmConnect', () => {
  it('refuses missing arguments, and a time of 0', async () => {
    const client = await opened(await shared());
    expect([await client.status('fmConnect', null, { out: 'handle' }), await client.status('fmConnect', connectParameters({ version: 0 }), null)]).toEqual([-1, -1]);
    expect((await client.connect({ timeoutMs: 0 })).status).toBe(-1);
  });

  it('takes both forms from generation 610 on, the old one alone before', async () => {
    const machine = await shared();
    const client = await opened(machine);
    const codes = async () => [(await client.connect()).status, (await client.connect({ type: INET })).status];
    expect(await codes()).toEqual([0, 0]);
    await machine.setHost({ 'fabric-manager.library': '525' });
    expect(await codes()).toEqual([0, -6]);
  });

  it.each([0, 1, V1 & 0xffffff, (V1 & 0xffffff) + 2 * 2 ** 24, V2 & 0xffffff])('refuses the version word %i', async (version) => {
    expect((await (await opened(await shared())).connect({ version, type: INET })).status).toBe(-6);
  });

  it.each([':0', ':65536', ':99999', ':-1', ':abc', ':'].map((port) => `127.0.0.1${port}`).concat(['::1', '[::1]:6666', 'fe80::1', '1:2:3:4:5:6:7:8']))('refuses %s', async (address) => {
    expect((await (await opened(await shared())).connect({ address })).status).toBe(-1);
  });

  it.each(['127.0.0.1', '127.0.0.1:6666', '127.0.0.1:6666x', '127.0.0.1:06666', 'localhost', 'localhost:6666', '127.1', '0.0.0.0'])('finds the daemon at %s', async (address) => {
    expect((await (await opened(await shared())).connect({ address })).status).toBe(0);
  });

  it.each(['', ' 127.0.0.1', 'no-such-host', '127.0.0.2', '10.0.0.1', '127.0.0.1:6667', 'x'.repeat(256)])('finds nobody at "%s"', async (address) => {
    const client = await opened(await shared());
    expect(await client.connect({ address, timeoutMs: 60 })).toEqual({ status: -9, handle: 99 });
  });

  it('connects within a millisecond that it is given, if the daemon is there', async () => {
    expect((await (await opened(await shared())).connect({ timeoutMs: 1 })).status).toBe(0);
  });

  it('goes on trying: a daemon that comes later is found', async () => {
    const machine = await shared();
    const client = await opened(machine);
    await machine.fabricManager('stop');
    const connecting = client.connect({ timeoutMs: 30_000 });
    await machine.fabricManager('start');
    expect((await connecting).status).toBe(0);
  });

  it('connects to a daemon that is silent, not to one that closes at once', async () => {
    const machine = await shared();
    const client = await opened(machine);
    await machine.setHost({ 'fabric-manager.manners': 'silent' });
    expect((await client.connect()).status).toBe(0);
    await machine.setHost({ 'fabric-manager.manners': 'closes' });
    expect(await client.connect({ timeoutMs: 60 })).toEqual({ status: -9, handle: 99 });
  });

  it('connects while the daemon initialises', async () => {
    const machine = await shared();
    await machine.fabricManager('restart');
    expect((await (await opened(machine)).connect()).status).toBe(0);
  });
});

describe('the address', () => {
  it('is the one in fabricmanager.cfg, read when the daemon starts', async () => {
    const machine = await shared();
    const client = await opened(machine);
    await configure(machine, { FM_CMD_BIND_INTERFACE: '10.1.2.3', FM_CMD_PORT_NUMBER: 7000 });
    const reached = async (address: string) => (await client.connect({ address, timeoutMs: 60 })).status;
    expect([await reached('10.1.2.3:7000'), await reached('10.1.2.3'), await reached('127.0.0.1:7000')]).toEqual([0, -9, -9]);
    await configure(machine, { FM_CMD_BIND_INTERFACE: '0.0.0.0' });
    expect([await reached('10.1.2.3:7000'), await reached('127.0.0.1:7000')]).toEqual([0, 0]);
  });

  it('may be a socket instead, which then is the only one', async () => {
    const machine = await shared();
    const client = await opened(machine);
    await configure(machine, { FM_CMD_UNIX_SOCKET_PATH: '/run/fm.socket' });
    const at = async (address: string, isUnix: number, type?: number) => (await client.connect({ address, isUnix, timeoutMs: 60, ...(type !== undefined && { type }) })).status;
    expect([await at('/run/fm.socket', 1), await at('/run/fm.socket', 2), await at('/run/fm.socket', 0x8000_0000), await at('/run/fm.socket', 0, UNIX)]).toEqual([0, 0, 0, 0]);
    expect([await at('/run/other', 1), await at('', 1), await at('127.0.0.1', 0), await at('/run/fm.socket', 0)]).toEqual([-9, -9, -9, -9]);
    // The newer word counts; where it says nothing, the older one does.
    expect([await at('/run/fm.socket', 1, INET), await at('/run/fm.socket', 1, 0), await at('/run/fm.socket', 1, 4)]).toEqual([-9, 0, -1]);
  });

  it('may be a path from where the program stands', async () => {
    const machine = await shared();
    const client = await opened(machine);
    await configure(machine, { FM_CMD_UNIX_SOCKET_PATH: join(process.cwd(), 'fm.socket') });
    for (const address of ['fm.socket', './fm.socket']) expect((await client.connect({ address, isUnix: 1, timeoutMs: 60 })).status).toBe(0);
  });

  it('may be a vsock beside the other, in the newer form', async () => {
    const machine = await shared();
    const client = await opened(machine);
    const at = async (address: string) => (await client.connect({ address, type: VSOCK, timeoutMs: 60 })).status;
    expect(await at('2:6666')).toBe(-9);
    await machine.setHost({ 'fabric-manager.vsock': '2:6666' });
    expect([await at('2:6666'), await at('3:6666'), (await client.connect()).status]).toEqual([0, -9, 0]);
  });
});
