import { describe, expect, it } from 'vitest';
import { WAYS } from './backends.ts';
import { Follower } from './follower.ts';
import { openOn, startHost } from './host.ts';
import { openScripted } from './scripted.ts';
import { ScriptedEvents } from './scripted-events.ts';

/** The first that knows all event types, those of the host included. */
const NEW_DRIVER = '610.43.02';

describe.each(WAYS)('events, through %s', (_, way) => {
  it('begin with the host as it is, and with what is listened to', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 2, driver: NEW_DRIVER });
    await machine.set(1, { persistence: false });
    const nvml = await openOn(machine, way);
    const begin = await new Follower(nvml.events({ types: ['xid', 'pstate', 'driver-bind'] })).next('snapshot');
    const { gpus } = await machine.show();
    expect(begin).toMatchObject({
      first: true,
      snapshot: { driverVersion: { state: 'value', value: NEW_DRIVER }, gpus: gpus.map(({ uuid, persistence }) => ({ uuid: { state: 'value', value: uuid }, persistenceMode: { value: persistence } })) },
      gpus: gpus.map(({ index, uuid, pciBusId }) => ({ index, uuid, pciBusId, types: { state: 'value', value: ['pstate', 'xid'] } })),
      system: { state: 'value', value: ['driver-bind'] },
    });
    expect(begin.at).toEqual(begin.snapshot.takenAt);
  });

  it('miss nothing that happens after the snapshot and before anybody waits', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 2 });
    const nvml = await openOn(machine, way);
    const events = nvml.events();
    expect((await events.next()).value).toMatchObject({ kind: 'snapshot' });
    for (const xid of [31, 13]) await machine.inject({ kind: 'xid', gpu: 1, xid });
    expect((await events.next()).value).toMatchObject({ kind: 'gpu', type: 'xid', xid: 31 });
    expect((await events.next()).value).toMatchObject({ kind: 'gpu', type: 'xid', xid: 13 });
    await events.return?.();
  });

  it('tell an Xid with its number and its GPU, and name no MIG instance where the driver names none', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 2 });
    const follower = new Follower((await openOn(machine, way)).events());
    await follower.next('snapshot');
    await machine.inject({ kind: 'xid', gpu: 1, xid: 62 });
    const event = await follower.next('gpu');
    const { index, uuid, pciBusId } = (await machine.show()).gpus[1] ?? {};
    expect(event).toEqual({ kind: 'gpu', at: event.at, gpu: { index, uuid, pciBusId }, type: 'xid', typeBits: 8n, xid: 62, data: 62n });
    expect(event.at).toBeInstanceOf(Date);
    await machine.inject({ kind: 'xid', gpu: 0, xid: 45 });
    expect(await follower.next('gpu')).toMatchObject({ gpu: { index: 0 }, xid: 45 });
  });

  it('are of the types that were asked for, and go to everybody who listens', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1 });
    const nvml = await openOn(machine, way);
    const [xids, errors] = [new Follower(nvml.events({ types: ['xid'] })), new Follower(nvml.events({ types: ['double-bit-ecc-error', 'dram-retirement'] }))];
    for (const follower of [xids, errors]) await follower.next('snapshot');
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x1000n });
    await machine.inject({ kind: 'xid', gpu: 0, xid: 31 });
    await xids.next('gpu', ({ xid }) => xid === 31);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x1_0000n });
    await errors.next('gpu', ({ type }) => type === 'dram-retirement');
    await errors.next('gpu', ({ type }) => type === 'dram-retirement');
    expect(new Set(xids.items.flatMap((item) => (item.kind === 'gpu' ? [item.type] : [])))).toEqual(new Set(['xid']));
    expect(errors.items.flatMap((item) => (item.kind === 'gpu' ? [item.type] : []))).toEqual(['double-bit-ecc-error', 'dram-retirement', 'double-bit-ecc-error', 'dram-retirement']);
  });

  it('are those that the driver has: none of the host before 575, and the old wait tells Xids as well', async () => {
    for (const driver of ['445.87', '535.129.03']) {
      const machine = await startHost('tesla-v100-8', { gpus: 1, driver });
      const follower = new Follower((await openOn(machine, way)).events());
      const { gpus, system } = await follower.next('snapshot');
      expect([driver, system]).toEqual([driver, { state: 'unsupported' }]);
      expect(gpus[0]?.types).toMatchObject({ state: 'value', value: expect.not.arrayContaining(['recovery-action', 'dram-retirement']) as string[] });
      await machine.inject({ kind: 'xid', gpu: 0, xid: 31 });
      expect(await follower.next('gpu')).toMatchObject({ xid: 31, gpu: { index: 0 } });
    }
  });

  it('of a driver that has none are refused in the iteration, and once', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    await machine.inject({ kind: 'absent', function: 'nvmlEventSetCreate' });
    const events = (await openOn(machine, way)).events();
    await expect(events.next()).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND', call: 'nvmlEventSetCreate' });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

it('events that happen between registration and snapshot come after it', async () => {
  const events = new ScriptedEvents();
  const xids = [79n, 31n];
  const { nvml } = await openScripted({
    ...events.functions,
    // Only the snapshot asks for it.
    nvmlDeviceGetSerial: ({ words }) => (events.raise({ device: words[0] ?? 0n, type: 8n, data: xids.shift() ?? 0n }), 3),
  });
  const iterator = nvml.events();
  expect((await iterator.next()).value).toMatchObject({ kind: 'snapshot', gpus: [{ types: { state: 'value' } }, { types: { state: 'value' } }] });
  for (const [index, xid] of [79, 31].entries()) expect((await iterator.next()).value).toMatchObject({ kind: 'gpu', gpu: { index }, xid });
  await nvml.close();
});
