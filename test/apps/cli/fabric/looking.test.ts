/** status, partitions, failed, reconcile, watch: what is shown of what state. */
import { describe, expect, it } from 'vitest';
import { GpuwrightError } from '../../../../lib/errors.ts';
import type { Daemon } from '../../../../lib/apps/cli/fabric/ports.ts';
import type { FabricDesk } from './desk.ts';
import { fabricDesk, UP } from './desk.ts';
import { addressOf, uuidOf } from '../../../fabric/ledger/desk.ts';

const unreachable = async (): Promise<never> => {
  throw new GpuwrightError('FABRIC_UNREACHABLE', 'fmConnect: no connection: see whether it runs');
};

describe('partitions', () => {
  it('are told as JSON with exactly their id, state, owner and GPUs', async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,3', '--yes');
    const { schema, partitions, ...rest } = (await desk.json('partitions')) as { schema: number; partitions: { id: number }[] };
    expect([schema, rest, partitions.map(({ id }) => id)]).toEqual([1, {}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]]);
    const gpus = [1, 3].map((module) => ({ physicalId: module, pciBusId: addressOf(module), uuid: uuidOf(module) }));
    expect(partitions[3]).toEqual({ id: 3, active: true, owner: 'vm1', gpus });
    expect(partitions[12]).toEqual({ id: 12, active: false, owner: null, gpus: [{ physicalId: 6, pciBusId: addressOf(6), uuid: uuidOf(6) }] });
  });

  it('keep the addresses of GPUs that NVML no longer sees', async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('partitions');
    desk.gpus.splice(0, 8);
    expect(((await desk.json('partitions')) as { partitions: unknown[] }).partitions[7]).toMatchObject({ gpus: [{ pciBusId: addressOf(1) }] });
  });

  it('show as a table who blocks whom', async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,3', '--yes');
    desk.fabric.active.add(6);
    const { out } = await desk.fabricCli('partitions');
    expect(out).toMatch(/^0 +blocked 3 6 +- +1 2 3 4 5 6 7 8/m);
    expect(out).toMatch(/^3 +active +vm1 +1 3/m);
    expect(out).toMatch(/^6 +active +\? +6 8/m);
    expect(out).toMatch(/^4 +free +- +2 4/m);
  });

  it('fit a narrow terminal', async () => {
    const desk = await fabricDesk({ columns: 60 });
    for (const line of (await desk.fabricCli('partitions')).out.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('as CSV are a row for each GPU', async () => {
    const desk = await fabricDesk();
    const rows = (await desk.fabricCli('partitions', '--format', 'csv')).out.trimEnd().split('\n');
    expect(rows[0]).toBe('partition,active,owner,physicalId,pciBusId,uuid,nvLinksAvailable,nvLinksMax');
    // 8 + 4 + 4 + 4 pairs + 8 singles.
    expect(rows).toHaveLength(1 + 32);
  });

  it('as fmpm need no record', async () => {
    const desk = await fabricDesk();
    expect(JSON.parse((await desk.fabricCli('partitions', '--format', 'fmpm', '--state', '/proc/none')).out)).toMatchObject({ maxNumPartitions: 15, numPartitions: 15 });
    expect(JSON.parse((await desk.fabricCli('partitions', '--unsupported', '--format', 'fmpm')).out)).toMatchObject({ partitionInfo: [{ gpuPhysicalIds: [1, 3] }] });
  });

  it('say one thing about their form', async () => {
    const desk = await fabricDesk();
    expect((await desk.fabricCli('partitions', '--json', '--format', 'csv')).code).toBe(2);
  });

  it('of nobody who answers: exit 3', async () => {
    const desk = await fabricDesk();
    desk.ports = { connect: unreachable };
    expect(await desk.fabricCli('partitions')).toMatchObject({ code: 3, out: '', err: 'gpuwright: fmConnect: no connection: see whether it runs\n' });
  });
});

it('failed devices need attention', async () => {
  const desk = await fabricDesk();
  expect(await desk.fabricCli('failed')).toMatchObject({ code: 0, out: expect.stringContaining('From H100 on') });
});

describe('the address', () => {
  it.each([
    [['--address', 'host:7000'], { address: 'host:7000' }],
    [['--unix-socket', '/run/fm'], { unixSocket: '/run/fm' }],
    [['--vsock', '3:6666'], { vsock: '3:6666' }],
    [['--timeout', '500ms'], { deadlineMs: 500, changeDeadlineMs: 500 }],
    [['--backend', 'koffi', '--isolation', 'in-process'], { backend: 'koffi', isolation: 'in-process' }],
    [[], {}],
  ])('%j is %j', async (words, options) => {
    const desk = await fabricDesk();
    await desk.fabricCli('partitions', ...words);
    expect(desk.connections).toEqual([options]);
  });
});

describe('status', () => {
  const of = async (change: (desk: FabricDesk) => unknown) => {
    const desk = await fabricDesk();
    change(desk);
    const ran = await desk.fabricCli('status', '--json');
    return { code: ran.code, ...(JSON.parse(ran.out) as { state: string }) };
  };
  const fails = (code: 'FABRIC_NOT_READY' | 'DEVICE_UNRESPONSIVE' | 'NOT_SUPPORTED' | 'VENDOR_ERROR') => ({ fabric }: FabricDesk) => fabric.mishaps.push({ call: 'partitions', code });

  it.each([
    ['up', 0, () => undefined],
    ['down', 3, (desk: FabricDesk) => (desk.ports = { connect: unreachable })],
    ['hung', 3, fails('DEVICE_UNRESPONSIVE')],
    ['failing', 3, fails('VENDOR_ERROR')],
    ['initialising', 1, fails('FABRIC_NOT_READY')],
    ['waiting', 1, (desk: FabricDesk) => ((desk.ports = { daemon: async () => ({ ...UP, restartMode: true }) }), fails('FABRIC_NOT_READY')(desk))],
    ['flapping', 1, (desk: FabricDesk) => (desk.ports = { daemon: async () => ({ ...UP, state: 'activating (auto-restart)', restarts: 2 }) })],
  ])('%s exits %i', async (state, code, change) => {
    expect(await of(change)).toMatchObject({ state, code });
  });

  it('tells bare metal as a state in order', async () => {
    expect(await of(fails('NOT_SUPPORTED'))).toMatchObject({ code: 0, state: 'up', mode: 'bare-metal', partitions: null });
  });

  it('wants the version of the driver', async () => {
    expect(await of((desk) => (desk.ports = { driverVersion: async () => '535.1.1' }))).toMatchObject({ code: 1, versionsDiffer: true });
    expect(await of((desk) => (desk.ports = { driverVersion: async () => null }))).toMatchObject({ code: 0, versionsDiffer: false });
  });

  it('tells owners, strangers and differences', async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,3', '--yes');
    expect(await desk.fabricCli('status')).toMatchObject({ code: 0, out: expect.stringMatching(/^Partitions +15 partitions: 1 active, [^]*^3 +vm1 +active +1 3$/m) });
    desk.fabric.active.add(6);
    expect(await desk.fabricCli('status')).toMatchObject({ code: 1, out: expect.stringMatching(/^6 +\? +active[^]*^Differences\n {2}- partition 6 is active and nobody knows whose/m) });
  });

  it('counts what is left', async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,2,3,4', '--yes');
    // Of 15: 1 is active; 0, two pairs and four singles have GPUs of it.
    expect(await desk.json('status')).toMatchObject({ partitions: { listed: 15, active: 1, blocked: 7, free: 7 } });
  });

  it('works without a service manager', async () => {
    expect(await of((desk) => (desk.ports = { daemon: async () => null }))).toMatchObject({ code: 0, state: 'up', daemon: null });
    expect(
      await of((desk) => {
        desk.ports = {
          daemon: async () => {
            throw new GpuwrightError('NO_PERMISSION', 'systemctl: refused: run as root');
          },
        };
      }),
    ).toMatchObject({ code: 0, state: 'up', daemon: null });
  });

  it('of a library that is not there: exit 3, and the remedy', async () => {
    const desk = await fabricDesk();
    desk.ports = {
      connect: async () => {
        throw new GpuwrightError('LIBRARY_NOT_FOUND', 'libnvfm: not found: install it');
      },
    };
    for (const command of ['status', 'partitions', 'watch']) expect(await desk.fabricCli(command)).toMatchObject({ code: 3, out: '', err: 'gpuwright: libnvfm: not found: install it\n' });
  });
});

describe('reconcile', () => {
  const held = async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,3', '--yes');
    return desk;
  };

  it('finds nothing where all agree, and says that owners were not asked', async () => {
    expect(await (await held()).fabricCli('reconcile')).toMatchObject({ code: 0, out: expect.stringMatching(/agree\.\nWhether owners live was not asked/) });
  });

  it.each([['vm1\n\n', 0, []], ['\n', 1, [{ kind: 'owner-gone', owner: 'vm1' }]]])('with %j as those who live: exit %i', async (names, code, differences) => {
    const desk = await held();
    desk.ports = { readText: async () => names };
    const ran = await desk.fabricCli('reconcile', '--live', '-', '--json');
    expect([ran.code, JSON.parse(ran.out)]).toMatchObject([code, { ownersAsked: true, differences }]);
  });

  it('says what to do, in words for a shell', async () => {
    const desk = await held();
    await desk.fabricCli('acquire', '--owner', "vm 2's", '--modules', '5,7', '--yes');
    desk.ports = { readText: async () => 'vm1\n' };
    expect((await desk.fabricCli('reconcile', '--live', 'names')).out).toContain(String.raw`gpuwright fabric release --owner 'vm 2'\''s'`);
  });
});

describe('restore', () => {
  const waiting = async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,3', '--yes');
    desk.fabric.active.add(6);
    await desk.fabricCli('partitions');
    desk.fabric.restartInRestartMode();
    desk.fabric.calls.splice(0);
    return desk;
  };

  it('hands back what was last seen active, a stranger\'s too', async () => {
    const desk = await waiting();
    expect(await desk.json('restore', '--yes')).toMatchObject({ state: 'restored', active: [3, 6], unknownOwners: [6] });
    expect([desk.fabric.calls, desk.fabric.cut]).toEqual([['restore 3,6'], []]);
  });

  it('shows the set with its reasons first', async () => {
    expect(await (await waiting()).fabricCli('restore')).toMatchObject({ code: 1, err: expect.stringMatching(/active set: 3, 6\.[^]*partition 3 of vm1: handed back[^]*partition 6: handed back[^]*--yes/) });
  });

  it.each([[['3'], 'restore 3'], [['3,6'], 'restore 3,6'], [['--none'], 'restore ']])('hands back %j as it is told to', async (words, call) => {
    const desk = await waiting();
    await desk.fabricCli('restore', ...words, '--yes');
    expect(desk.fabric.calls).toEqual([call]);
  });

  it('refuses ids together with --none, and does nothing where nobody waits', async () => {
    const desk = await waiting();
    expect((await desk.fabricCli('restore', '3', '--none', '--yes')).code).toBe(2);
    desk.fabric.waiting = false;
    expect(await desk.fabricCli('restore')).toMatchObject({ code: 0, out: expect.stringContaining('does not wait') });
    expect(desk.fabric.calls).toEqual([]);
  });
});

describe('watch', () => {
  /** Somebody presses Ctrl-C when the daemon is looked at for that time. */
  const watched = async (looks: number, daemon: Daemon | null, prepare: (desk: FabricDesk) => unknown, ...words: string[]) => {
    const stop = new AbortController();
    const desk = await fabricDesk({ ports: { stopSignal: () => stop.signal } });
    await prepare(desk);
    let looked = 0;
    desk.ports = {
      ...desk.ports,
      daemon: async () => {
        looked += 1;
        if (looked === looks) stop.abort();
        return daemon;
      },
    };
    return { desk, ...(await desk.fabricCli('watch', '--interval', '1ms', ...words)) };
  };
  const restarted = async (desk: FabricDesk): Promise<void> => {
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,3', '--yes');
    desk.fabric.restartInRestartMode();
    desk.fabric.calls.splice(0);
  };

  it('says at its start that it hands back, and does it when Fabric Manager waits', async () => {
    const { desk, code, out } = await watched(3, { ...UP, restartMode: true }, restarted, '--json');
    const events = out.trimEnd().split('\n').map((line) => JSON.parse(line) as { kind: string; restores?: boolean; state?: string });
    expect(events.map(({ kind }) => kind)).toEqual(['watching', 'state', 'restored', 'state']);
    expect([events[0]?.restores, events[1]?.state, events[3]?.state, code]).toEqual([true, 'waiting', 'up', 0]);
    expect(desk.fabric.calls).toEqual(['restore 3']);
  });

  it('only watches where that is asked for', async () => {
    const { desk, code, out } = await watched(4, { ...UP, restartMode: true }, restarted, '--no-restore');
    expect([code, out]).toEqual([1, expect.stringMatching(/doing nothing else[^]*waiting/)]);
    expect(desk.fabric.calls).toEqual([]);
  });

  it('begins while nobody listens', async () => {
    const { code, out } = await watched(3, null, (desk) => (desk.ports = { connect: unreachable }));
    expect([code, out]).toEqual([3, expect.stringContaining('down: fmConnect')]);
  });
});
