/** The simulated daemon's life: start, restart mode, end; its files; what the hardware keeps without it. */
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Machine, MachineFabricManager } from '../../mocks/control/index.ts';
import { Client } from './client.ts';
import { FmClient } from './fm-client.ts';
import { host } from './simulated-host.ts';

const shared = (profile = 'hgx-h100-8') => host(profile, { fabricMode: 'shared' });
const manager = async (machine: Machine) => (await machine.show()).fabricManager as MachineFabricManager;
const routed = async (machine: Machine) => (await manager(machine)).partitions.filter((partition) => partition.routed).map(({ id }) => id);
const fileOf = (machine: Machine, name: string) => join(machine.libraryDirectory, name);

async function configure(machine: Machine, settings: Readonly<Record<string, string | number>>): Promise<void> {
  let text = await readFile(fileOf(machine, 'fabricmanager.cfg'), 'utf8');
  for (const [key, value] of Object.entries(settings)) text = text.replace(new RegExp(`^${key}=.*$`, 'm'), `${key}=${value}`);
  await writeFile(fileOf(machine, 'fabricmanager.cfg'), text);
}

/** In restart mode, up to where it waits. */
async function restarted(machine: Machine): Promise<void> {
  await machine.freezeClock();
  await machine.fabricManager('restart', { restart: true });
  await machine.advance(3);
  expect((await manager(machine)).state).toBe('waiting');
}

describe('the daemon', () => {
  it('initialises for a while, in which it refuses what concerns partitions', async () => {
    const machine = await shared();
    await machine.freezeClock();
    expect((await machine.fabricManager('restart')).state).toBe('starting');
    const client = await FmClient.connected(machine);
    const codes = async () => [(await client.list()).status, await client.activate(1), await client.deactivate(1), (await client.unsupported()).status, (await client.failed()).status];
    await machine.advance(2.999);
    expect(await codes()).toEqual([-8, -8, -8, -8, -8]);
    await machine.advance(0.001);
    expect(await codes()).toEqual([0, 0, 0, 0, 0]);
  });

  it('ends connections when it ends; the next one has connections of its own', async () => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    await machine.fabricManager('kill');
    expect((await client.list()).status).toBe(-9);
    expect((await client.connect({ timeoutMs: 60 })).status).toBe(-9);
    await machine.fabricManager('start');
    await machine.advance(10);
    expect((await client.list()).status).toBe(-9);
    expect([(await client.connect()).status, (await client.list()).status]).toEqual([0, 0]);
  });

  it('says why it ended, starts once, and only where there are NVSwitches', async () => {
    const machine = await shared();
    await expect(machine.fabricManager('start')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await machine.fabricManager('kill')).toMatchObject({ state: 'stopped', endedFor: 'killed by signal 9' });
    expect((await machine.fabricManager('start')).endedFor).toBeNull();
    await expect((await host('t4-4')).fabricManager('start')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('leaves its routes to the hardware, until the next one initialises anew with nothing active', async () => {
    const machine = await shared();
    expect(await (await FmClient.connected(machine)).activate(1)).toBe(0);
    await machine.fabricManager('stop');
    expect(await routed(machine)).toEqual([1]);
    await machine.fabricManager('start');
    await machine.advance(10);
    expect([await routed(machine), await (await FmClient.connected(machine)).active()]).toEqual([[], []]);
  });

  it('does not start with another version than the driver\'s, nor without the driver', async () => {
    const machine = await shared();
    await machine.setHost({ 'fabric-manager.version': '535.1.1' });
    expect(await machine.fabricManager('restart')).toMatchObject({ state: 'failed', endedFor: "its version is not the driver's" });
    await machine.setHost({ 'fabric-manager.version': (await machine.show()).driverVersion });
    await machine.inject({ kind: 'driver-not-loaded' });
    expect(await machine.fabricManager('start')).toMatchObject({ state: 'failed', endedFor: 'the driver is not loaded' });
  });

  it('is started with the host', async () => {
    const machine = await shared();
    expect(await (await FmClient.connected(machine)).activate(1)).toBe(0);
    await machine.reboot();
    expect([(await manager(machine)).state, await routed(machine)]).toEqual(['up', []]);
  });
});

describe('restart mode', () => {
  it('keeps routes, refuses all else, and goes on with the set that it is given', async () => {
    const machine = await shared();
    const before = await FmClient.connected(machine);
    for (const id of [3, 4, 2]) expect(await before.activate(id)).toBe(0);
    await restarted(machine);
    const client = await FmClient.connected(machine);
    expect([(await client.list()).status, await client.activate(0), await client.deactivate(3), (await client.unsupported()).status]).toEqual([-8, -8, -8, -8]);
    expect(await routed(machine)).toEqual([2, 3, 4]);
    expect(await client.setActivated([3, 2])).toBe(0);
    expect([await routed(machine), await client.active()]).toEqual([[2, 3], [2, 3]]);
    expect([(await client.failed()).status, await client.setActivated([3])]).toEqual([-3, -3]);
  });

  it('takes the empty set', async () => {
    const machine = await shared();
    expect(await (await FmClient.connected(machine)).activate(3)).toBe(0);
    await restarted(machine);
    const client = await FmClient.connected(machine);
    expect([await client.setActivated([]), await routed(machine), await client.active()]).toEqual([0, [], []]);
  });

  it('refuses unknown, repeated and overlapping partitions, and waits on', async () => {
    const machine = await shared();
    await restarted(machine);
    const client = await FmClient.connected(machine);
    expect([await client.setActivated([15]), await client.setActivated([3, 3]), await client.setActivated([1, 3]), await client.setActivated([], 65)]).toEqual([-1, -1, -1, -1]);
    expect([await client.setActivated([1]), await client.active()]).toEqual([0, [1]]);
  });

  it('ends after a minute without the set, and leaves the routes', async () => {
    const machine = await shared();
    expect(await (await FmClient.connected(machine)).activate(3)).toBe(0);
    await restarted(machine);
    const client = await FmClient.connected(machine);
    await machine.advance(59.999);
    expect((await client.list()).status).toBe(-8);
    await machine.advance(0.001);
    expect((await client.list()).status).toBe(-9);
    expect(await manager(machine)).toMatchObject({ state: 'failed', endedFor: 'nobody gave the set of active partitions in time' });
    expect(await routed(machine)).toEqual([3]);
  });

  it('can be configured instead of asked for, and means nothing on bare metal', async () => {
    const machine = await shared();
    await configure(machine, { FABRIC_MODE_RESTART: 1 });
    await machine.fabricManager('restart');
    await machine.advance(4);
    expect((await manager(machine)).state).toBe('waiting');
    const bare = await host('hgx-h100-8');
    await bare.fabricManager('restart', { restart: true });
    await bare.advance(4);
    expect((await manager(bare)).state).toBe('up');
  });
});

describe('the state file', () => {
  it('is written by a normal start, for FILE.lib unless the configuration names another place', async () => {
    const machine = await shared();
    await machine.fabricManager('stop');
    await rm(fileOf(machine, 'fabricmanager.state'));
    await configure(machine, { STATE_FILE_NAME: 'other.state' });
    await machine.fabricManager('start');
    expect(existsSync(fileOf(machine, 'other.state'))).toBe(false);
    await machine.advance(4);
    await machine.show();
    const text = await readFile(fileOf(machine, 'other.state'), 'utf8');
    for (const { uuid } of (await machine.show()).gpus) expect(text).toContain(uuid);
    expect(existsSync(fileOf(machine, 'fabricmanager.state'))).toBe(false);
  });

  it.each([
    ['is not there', (file: string) => rm(file)],
    ['is of another version', async (file: string) => writeFile(file, (await readFile(file, 'utf8')).replace(/^version .*/m, 'version 1.2.3'))],
    ['is cut off', async (file: string) => writeFile(file, (await readFile(file, 'utf8')).slice(0, 200))],
  ])('keeps a restart from going on where it %s', async (_, damage) => {
    const machine = await shared();
    await machine.fabricManager('stop');
    await damage(fileOf(machine, 'fabricmanager.state'));
    await machine.fabricManager('start', { restart: true });
    await machine.advance(4);
    expect(await manager(machine)).toMatchObject({ state: 'failed', endedFor: expect.stringMatching(/^its state file/) as string });
  });
});

describe('fabricmanager.cfg', () => {
  it('has the keys and values of the shipped one, with the blank behind the interface', async () => {
    const text = await readFile(fileOf(await host('hgx-h100-8'), 'fabricmanager.cfg'), 'utf8');
    const shipped = {
      LOG_LEVEL: '4', LOG_FILE_NAME: '/var/log/fabricmanager.log', LOG_APPEND_TO_LOG: '1', LOG_FILE_MAX_SIZE: '1024', LOG_MAX_ROTATE_COUNT: '3', LOG_USE_SYSLOG: '0', DAEMONIZE: '1',
      BIND_INTERFACE_IP: '127.0.0.1', STARTING_TCP_PORT: '16000', UNIX_SOCKET_PATH: '', FABRIC_MODE: '0', FABRIC_MODE_RESTART: '0', FM_CMD_BIND_INTERFACE: '127.0.0.1', FM_CMD_PORT_NUMBER: '6666',
      FM_CMD_UNIX_SOCKET_PATH: '', FM_STAY_RESIDENT_ON_FAILURES: '0', ACCESS_LINK_FAILURE_MODE: '0', TRUNK_LINK_FAILURE_MODE: '0', NVSWITCH_FAILURE_MODE: '0', ABORT_CUDA_JOBS_ON_FM_EXIT: '1',
      TOPOLOGY_FILE_PATH: '/usr/share/nvidia/nvswitch', DATABASE_PATH: '/usr/share/nvidia/nvswitch',
    };
    const found = Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, key, value]) => [key as string, (value as string).trim()]));
    const { STATE_FILE_NAME: stateFile, ...rest } = found;
    expect(rest).toEqual(shipped);
    expect(stateFile).toMatch(/\.lib\/fabricmanager\.state$/);
    expect(text).toMatch(/^FM_CMD_BIND_INTERFACE=127\.0\.0\.1 $/m);
  });

  it('says what the machine was made with, and decides the mode at each start', async () => {
    const machine = await shared();
    expect(await readFile(fileOf(machine, 'fabricmanager.cfg'), 'utf8')).toMatch(/^FABRIC_MODE=1$/m);
    await configure(machine, { FABRIC_MODE: 0 });
    const client = await FmClient.connected(machine);
    expect((await client.list()).status).toBe(0);
    await machine.fabricManager('restart');
    await machine.advance(4);
    expect([(await client.connect()).status, (await client.list()).status]).toEqual([0, -3]);
  });

  it('is read with blanks, comments and unknown keys in it', async () => {
    const machine = await host('hgx-h100-8');
    await writeFile(fileOf(machine, 'fabricmanager.cfg'), '# FABRIC_MODE=2\r\n  FABRIC_MODE = 1 \r\nNEW_KEY=7\n\nno line of it\nFM_CMD_PORT_NUMBER=7001\n');
    await machine.fabricManager('restart');
    await machine.advance(4);
    const client = await FmClient.connected(machine, { address: '127.0.0.1:7001' });
    expect((await client.list()).status).toBe(0);
  });

  it.each([['FABRIC_MODE', '3'], ['FABRIC_MODE', 'shared'], ['FM_CMD_PORT_NUMBER', '65536'], ['FABRIC_MODE_RESTART', '2'], ['STATE_FILE_NAME', `/${'x'.repeat(300)}`]])('keeps the daemon from starting with %s=%s', async (key, value) => {
    const machine = await shared();
    await configure(machine, { [key]: value });
    const { state, endedFor } = await machine.fabricManager('restart');
    expect([state, endedFor]).toEqual(['failed', expect.stringContaining(`fabricmanager.cfg: ${key}`) as string]);
  });
});

describe('the registration of GPUs', () => {
  /** nvmlDeviceGetGpuFabricInfo's state: 1 not started, 2 in progress, 3 completed. */
  async function registration(machine: Machine): Promise<number> {
    const nvml = await Client.initialised(machine.nvmlLibrary, 1);
    const { out } = await nvml.call('nvmlDeviceGetGpuFabricInfo', { handle: 0 }, { buffer: 28 });
    await nvml.leave();
    return Buffer.from(out?.[0] as string, 'hex').readUInt32LE(24);
  }

  it('needs the daemon, and stays while a GPU is not reset', async () => {
    const machine = await host('hgx-h100-8');
    await machine.freezeClock();
    expect(await registration(machine)).toBe(3);
    await machine.fabricManager('stop');
    expect(await registration(machine)).toBe(3);
    await machine.reset(0);
    expect(await registration(machine)).toBe(1);
    await machine.fabricManager('start');
    expect(await registration(machine)).toBe(2);
    await machine.advance(3);
    expect(await registration(machine)).toBe(3);
  });
});
