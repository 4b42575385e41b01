/** acquire, release, activate, deactivate, adopt: what is given, what is refused, and who is asked. */
import { describe, expect, it } from 'vitest';
import { GpuwrightError } from '../../../../lib/errors.ts';
import { failed, valueOf } from '../../../../lib/telemetry/reading.ts';
import { noAnswer } from '../../../diagnosis/cards.ts';
import { addressOf, uuidOf } from '../../../fabric/ledger/desk.ts';
import { card, fabricDesk } from './desk.ts';

const SICK = { rowRemapping: valueOf({ correctableRows: 0, uncorrectableRows: 1, pending: true, failureOccurred: false }) };

describe('acquire', () => {
  it('prints the partition that it took, with its GPUs by module', async () => {
    const desk = await fabricDesk();
    expect(await desk.json('acquire', '--owner', 'vm1', '--modules', '1,3', '--yes')).toMatchObject({
      schema: 1, id: 3, active: true, owner: 'vm1', repeated: false, dryRun: false,
      gpus: [1, 3].map((module) => ({ physicalId: module, pciBusId: addressOf(module), uuid: uuidOf(module) })),
    });
    expect([...desk.fabric.active]).toEqual([3]);
  });

  it('gives an owner that has it already the same one, and asks nobody for that', async () => {
    const desk = await fabricDesk();
    const [first, again] = [await desk.json('acquire', '--owner', 'vm1', '--gpus', '2', '--yes'), await desk.json('acquire', '--owner', 'vm1', '--gpus', '2')];
    expect([again['id'], again['repeated'], again['active']]).toEqual([first['id'], true, true]);
  });

  it('takes the partition of GPUs that are named by their addresses', async () => {
    const desk = await fabricDesk();
    expect(await desk.json('acquire', '--owner', 'vm1', '--pci', `${addressOf(5)},${addressOf(7)}`, '--yes')).toMatchObject({ id: 5 });
  });

  it('changes nothing in a dry run, and shows what would be left', async () => {
    const desk = await fabricDesk();
    const ran = await desk.fabricCli('acquire', '--owner', 'vm1', '--gpus', '4', '--dry-run');
    expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/^Dry run[^]*partition 1 for vm1[^]*Left free after it: 1 partition of 4 GPUs/) });
    expect(desk.fabric.calls).toEqual([]);
    expect(await desk.json('release', '--owner', 'vm1')).toMatchObject({ how: 'nothing-held' });
  });

  it('puts virtual functions into the order of the partition, whatever the order of the GPUs', async () => {
    const desk = await fabricDesk();
    expect((await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '3,1', '--vf', '0000:87:00.4,0000:86:00.4', '--yes')).code).toBe(0);
    expect(desk.fabric.virtualFunctions.get(3)).toEqual(['0000:86:00.4', '0000:87:00.4']);
  });

  it.each([
    ['no way to say which', []],
    ['two ways', ['--gpus', '2', '--modules', '1,3']],
    ['virtual functions of GPUs that are not named', ['--gpus', '2', '--vf', '0000:86:00.4,0000:87:00.4']],
    ['something that is no number', ['--gpus', 'two']],
    ['something that is no module', ['--modules', '0']],
  ])('refuses %s as wrong usage', async (_, words) => {
    const desk = await fabricDesk();
    expect(await desk.fabricCli('acquire', '--owner', 'vm1', '--yes', ...words)).toMatchObject({ code: 2, err: expect.stringMatching(/./) });
    expect(desk.fabric.calls).toEqual([]);
  });
});

describe('health', () => {
  it('refuses a partition with a sick GPU and offers another; a sick one is never accepted', async () => {
    const desk = await fabricDesk();
    desk.gpus[0] = card(1, SICK);
    expect(await desk.json('acquire', '--owner', 'vm1', '--gpus', '4', '--yes')).toMatchObject({ id: 2, refused: [{ id: 1, refusals: [{ kind: 'unhealthy' }] }] });
    const named = await desk.fabricCli('acquire', '--owner', 'vm2', '--modules', '1', '--yes', '--accept-unknown-health');
    expect(named).toMatchObject({ code: 1, err: expect.stringMatching(/partition 7: GPU 1: /) });
    expect(named.err).not.toContain('--accept-unknown-health');
  });

  it.each([
    ['does not answer', 'not read: row remapping', () => card(1, { rowRemapping: noAnswer() })],
    ['is not seen by NVML', 'is it bound to another driver', () => undefined],
  ])('refuses a GPU that %s, unless that is accepted', async (_, why, gpu) => {
    const desk = await fabricDesk();
    // It is learnt while it is seen.
    await desk.fabricCli('partitions');
    const seen = gpu();
    desk.gpus.splice(0, 1, ...(seen === undefined ? [] : [seen]));
    const words = ['acquire', '--owner', 'vm1', '--modules', '1', '--yes'];
    const refused = await desk.fabricCli(...words);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/GPU 1: its health is not known \([^]*--accept-unknown-health takes/) });
    expect(refused.err).toContain(why);
    expect((await desk.fabricCli(...words, '--accept-unknown-health')).code).toBe(0);
  });

  it.each(['GPU_IS_LOST', 'RESET_REQUIRED'] as const)('knows a GPU as sick whose driver answers %s', async (code) => {
    const desk = await fabricDesk();
    const gone = failed(new GpuwrightError(code, 'nvmlDeviceGetTemperature: it is gone: reset it'));
    desk.gpus[0] = card(1, { rowRemapping: gone, temperatureCelsius: gone });
    expect(await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1', '--yes', '--accept-unknown-health')).toMatchObject({ code: 1, err: expect.stringContaining('it is gone') });
  });

  it('is unknown where NVML cannot be opened', async () => {
    const desk = await fabricDesk({ looks: [new GpuwrightError('DRIVER_NOT_LOADED', 'nvmlInit_v2: no driver: load it')] });
    expect(await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('nvmlInit_v2: no driver') });
  });
});

describe('module ids', () => {
  const withoutModules = async () => {
    const desk = await fabricDesk();
    desk.gpus.splice(0, 8, ...desk.gpus.map((gpu) => ({ ...gpu, moduleId: { state: 'unsupported' } as const })));
    return desk;
  };
  const words = ['acquire', '--owner', 'vm1', '--pci', addressOf(1), '--yes'];

  it('are refused where nobody knows them', async () => {
    expect(await (await withoutModules()).fabricCli(...words)).toMatchObject({ code: 1, err: expect.stringContaining(`${addressOf(1)} is in no known module`) });
  });

  it('come from nvidia-smi where NVML sees the GPU and cannot tell', async () => {
    const desk = await withoutModules();
    desk.ports = { nvidiaSmi: async () => `GPU ${addressOf(1)}\n    GPU UUID : GPU-1\n    Module ID : 1\n` };
    expect(await desk.json(...words)).toMatchObject({ id: 7 });
  });

  it('come from the map that is given', async () => {
    const desk = await withoutModules();
    desk.ports = { readText: async (file) => (file === 'map.json' ? JSON.stringify([{ moduleId: 1, pciBusId: addressOf(1) }]) : '') };
    expect(await desk.json(...words, '--module-map', 'map.json')).toMatchObject({ id: 7 });
  });

  it.each(['{', '{}', '[]', '[{"moduleId":"1","pciBusId":"0000:86:00.0"}]', '[{"moduleId":1}]', '[{"moduleId":1,"pciBusId":"0000:86:00.0","index":0}]'])('a map that reads %s is refused', async (text) => {
    const desk = await withoutModules();
    desk.ports = { readText: async () => text };
    expect(await desk.fabricCli(...words, '--module-map', 'map.json')).toMatchObject({ code: 2, err: expect.stringMatching(/map\.json: .*: write it as/) });
  });
});

describe('whoever changes something', () => {
  const CHANGES = [
    ['acquire', '--owner', 'vm2', '--gpus', '2'],
    ['release', '--owner', 'vm1'],
    ['activate', '2', '--owner', 'vm2'],
    ['activate', '2', '--unowned'],
    ['deactivate', '1', '--owner', 'vm1'],
  ];
  const taken = async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,2,3,4', '--yes');
    desk.fabric.calls.splice(0);
    return desk;
  };

  it.each(CHANGES)('%s %s %s: is told what it will do, and refused without a terminal', async (...words) => {
    const desk = await taken();
    expect(await desk.fabricCli(...words)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^(A|Dea)ctivates partition \d[^]*nothing was changed[^]*--yes\n$/) });
    expect(desk.fabric.calls).toEqual([]);
  });

  it.each(CHANGES)('%s %s %s: is asked at a terminal, and may say no', async (...words) => {
    const desk = await taken();
    desk.ports = { canAsk: true, confirm: async () => false };
    expect(await desk.fabricCli(...words)).toMatchObject({ code: 1, err: expect.stringContaining('as you wished') });
    expect(desk.fabric.calls).toEqual([]);
    desk.ports = { canAsk: true };
    expect((await desk.fabricCli(...words)).code).toBe(0);
    expect([desk.questions.length, desk.fabric.calls.length]).toEqual([1, 1]);
  });

  it('gets what was shown, though better has become free while it was asked', async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,3', '--yes');
    // Beside partition 3 the pair 4 leaves more room than 5: that is shown. Then all of 3 is given back.
    desk.ports = {
      canAsk: true,
      confirm: async () => {
        await desk.fabricCli('release', '--owner', 'vm1', '--yes');
        return true;
      },
    };
    expect(await desk.json('acquire', '--owner', 'vm2', '--gpus', '2')).toMatchObject({ id: 4 });
  });
});

describe('by partition', () => {
  it('activates for an owner, who is recorded', async () => {
    const desk = await fabricDesk();
    expect(await desk.json('activate', '5', '--owner', 'vm1', '--yes')).toMatchObject({ id: 5, active: true, owner: 'vm1' });
  });

  it('demands to know for whom', async () => {
    const desk = await fabricDesk();
    expect((await desk.fabricCli('activate', '5', '--yes')).code).toBe(2);
    expect((await desk.fabricCli('activate', '5', '--yes', '--owner', 'x', '--unowned')).code).toBe(2);
    expect(await desk.fabricCli('activate', '77', '--yes', '--owner', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('partition 77') });
  });

  it('refuses what it activated for nobody to everybody, until somebody adopts or deactivates it', async () => {
    const desk = await fabricDesk();
    expect(await desk.json('activate', '5', '--unowned', '--yes')).toMatchObject({ id: 5, active: true, owner: null });
    expect(await desk.json('acquire', '--owner', 'vm1', '--modules', '5,7', '--yes')).toMatchObject({ error: { code: 'UNKNOWN_OWNER' } });
    expect(await desk.json('reconcile')).toMatchObject({ differences: [{ kind: 'unknown-owner', partitionId: 5 }] });
    expect(await desk.json('adopt', '5', '--owner', 'vm1', '--yes')).toMatchObject({ id: 5, owner: 'vm1' });
    expect(await desk.fabricCli('reconcile')).toMatchObject({ code: 0 });
  });

  it('deactivates only for who has it, or by force, and says whose it was', async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('activate', '5', '--owner', 'vm1', '--yes');
    for (const words of [[], ['--owner', 'vm2'], ['--unowned']]) {
      expect(await desk.fabricCli('deactivate', '5', '--yes', ...words)).toMatchObject({ code: 1, err: expect.stringContaining("is vm1's") });
    }
    expect([...desk.fabric.active]).toEqual([5]);
    expect(await desk.fabricCli('deactivate', '5', '--force')).toMatchObject({ code: 1, err: expect.stringContaining('partition 5 of vm1') });
    expect((await desk.fabricCli('deactivate', '5', '--force', '--yes')).code).toBe(0);
    expect([...desk.fabric.active]).toEqual([]);
    expect(await desk.json('deactivate', '5', '--force', '--yes')).toMatchObject({ error: { code: 'PARTITION_NOT_ACTIVE' } });
  });

  it('deactivates one of which nobody knows whose it is only where that is said', async () => {
    const desk = await fabricDesk();
    desk.fabric.active.add(5);
    expect(await desk.json('deactivate', '5', '--force', '--yes')).toMatchObject({ error: { code: 'UNKNOWN_OWNER' } });
    expect((await desk.fabricCli('deactivate', '5', '--unowned', '--yes')).code).toBe(0);
    expect([...desk.fabric.active]).toEqual([]);
  });

  it('leaves a partition alone that got another owner while somebody was asked', async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('activate', '5', '--owner', 'vm1', '--yes');
    desk.ports = {
      canAsk: true,
      confirm: async () => {
        await desk.fabricCli('release', '--owner', 'vm1', '--yes');
        await desk.fabricCli('activate', '5', '--owner', 'vm2', '--yes');
        return true;
      },
    };
    expect(await desk.json('deactivate', '5', '--owner', 'vm1')).toMatchObject({ error: { code: 'IN_USE' } });
    expect([...desk.fabric.active]).toEqual([5]);
  });
});
