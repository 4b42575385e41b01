import { describe, expect, it } from 'vitest';
import { migHost, refusal } from './mig-host.ts';

/** Profile ids of GPU instances as the vendor's tools list them. */
const WHOLE = 0;
const FOUR = 5;
const HALF = 9;
const TWO = 14;
const DOUBLE_MEMORY = 15;
const ONE = 19;
const MEDIA = 20;
/** Of compute instances. */
const COMPUTE = { one: 0, two: 1, three: 2, four: 3, seven: 4, oneRev1: 7 };
const INSUFFICIENT_RESOURCES = 23;

describe('GPU instances', () => {
  it.each<[string, string, number[], string[]]>([
    // The first five are examples of the vendor's MIG user guide.
    ['hgx-a100-8', '4-2-1', [ONE, TWO, FOUR], ['13 6:1', '5 4:2', '1 0:4']],
    ['hgx-a100-8', '3-2-1-1', [HALF, ONE, TWO, ONE], ['2 4:4', '7 0:1', '4 2:2', '8 1:1']],
    ['hgx-a100-8', '2-1-1-1-1-1', [TWO, ONE, ONE, ONE, ONE, ONE], ['5 4:2', '13 6:1', '7 0:1', '8 1:1', '9 2:1', '10 3:1']],
    ['hgx-a100-8', '3-3', [HALF, HALF], ['2 4:4', '1 0:4']],
    ['hgx-h100-8', '7 × 1', [ONE, ONE, ONE, ONE, ONE, ONE, ONE], ['13 6:1', '11 4:1', '12 5:1', '7 0:1', '8 1:1', '9 2:1', '10 3:1']],
    ['hgx-a100-8', '2-2-2-1 with media', [TWO, TWO, TWO, MEDIA], ['5 4:2', '3 0:2', '4 2:2', '13 6:1']],
    ['hgx-h100-8', '4 × double memory', [DOUBLE_MEMORY, DOUBLE_MEMORY, DOUBLE_MEMORY, DOUBLE_MEMORY], ['5 4:2', '3 0:2', '4 2:2', '6 6:2']],
    ['hgx-h100-8', 'one whole', [WHOLE], ['0 0:8']],
  ])('%s: %s goes where the card puts it', async (profile, _, ids, places) => {
    const host = await migHost(profile);
    expect(ids.map((id) => host.placeOf(host.create(id)))).toEqual(places);
  });

  it('finds no half left once small ones are on both, as the guide warns', async () => {
    const host = await migHost();
    for (const id of [ONE, ONE, TWO]) host.create(id);
    expect(refusal(() => host.create(HALF))).toBe(INSUFFICIENT_RESOURCES);
  });

  it('counts what room is left', async () => {
    const host = await migHost();
    const rooms = () => [ONE, MEDIA, DOUBLE_MEMORY, TWO, HALF, FOUR, WHOLE].map((id) => host.room(id));
    expect(rooms()).toEqual([7, 1, 4, 3, 2, 1, 1]);
    host.create(HALF);
    expect(rooms()).toEqual([4, 1, 2, 2, 1, 1, 0]);
    host.create(MEDIA);
    expect(rooms()).toEqual([3, 0, 1, 1, 0, 0, 0]);
    host.create(TWO);
    expect(rooms()).toEqual([1, 0, 0, 0, 0, 0, 0]);
  });

  it('runs out', async () => {
    const host = await migHost();
    for (let i = 0; i < 7; i++) host.create(ONE);
    expect(refusal(() => host.create(ONE))).toBe(INSUFFICIENT_RESOURCES);
    expect(host.raw.nvmlDeviceGetGpuInstances({ device: host.device, profileId: ONE }).count).toBe(7);
  });

  it('has one instance only with the media engines', async () => {
    const host = await migHost();
    host.create(MEDIA);
    expect(refusal(() => host.create(MEDIA))).toBe(INSUFFICIENT_RESOURCES);
    expect(host.room(ONE)).toBe(6);
  });

  it('takes a place that is asked for, if it is free and one of the profile', async () => {
    const host = await migHost();
    const at = (profileId: number, start: number, size: number) => () => host.raw.nvmlDeviceCreateGpuInstanceWithPlacement({ device: host.device, profileId, placement: { start, size } }).gpuInstance;
    expect(host.placeOf(at(TWO, 2, 2)())).toBe('4 2:2');
    expect(refusal(at(TWO, 2, 2))).toBe(INSUFFICIENT_RESOURCES);
    expect(refusal(at(ONE, 3, 1))).toBe(INSUFFICIENT_RESOURCES);
    for (const wrong of [at(TWO, 1, 2), at(TWO, 6, 2), at(TWO, 4, 1), at(ONE, 7, 1), at(FOUR, 4, 4)]) expect(refusal(wrong)).toBe('INVALID_ARGUMENT');
    expect(host.placeOf(at(DOUBLE_MEMORY, 6, 2)())).toBe('6 6:2');
  });

  it('are made anew in a place that became free, with another handle and the same id', async () => {
    const host = await migHost();
    const [first, second] = [host.create(HALF), host.create(HALF)];
    host.raw.nvmlGpuInstanceDestroy({ gpuInstance: first });
    expect(refusal(() => host.placeOf(first))).toBe('INVALID_ARGUMENT');
    expect(host.placeOf(second)).toBe('1 0:4');
    const again = host.create(HALF);
    expect(again).not.toBe(first);
    expect(host.placeOf(again)).toBe('2 4:4');
  });

  it('are not destroyed while there are compute instances in them', async () => {
    const host = await migHost();
    const gpuInstance = host.create(HALF);
    const { computeInstance } = host.raw.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId: COMPUTE.three });
    expect(refusal(() => host.raw.nvmlGpuInstanceDestroy({ gpuInstance }))).toBe('IN_USE');
    host.raw.nvmlComputeInstanceDestroy({ computeInstance });
    host.raw.nvmlGpuInstanceDestroy({ gpuInstance });
    expect(host.room(HALF)).toBe(2);
  });
});

describe('compute instances', () => {
  const profilesOf = async (profile: string, id: number) => {
    const host = await migHost(profile);
    const gpuInstance = host.create(id);
    return Object.values(COMPUTE).flatMap((kind) => {
      try {
        const { info } = host.raw.nvmlGpuInstanceGetComputeInstanceProfileInfoV({ gpuInstance, profile: kind, engProfile: 0, info: {} as never });
        return [`${info.id} ${info.name} ${info.instanceCount} × ${info.multiprocessorCount}`];
      } catch {
        return [];
      }
    });
  };

  it.each<[string, number, string[]]>([
    ['hgx-a100-8', HALF, ['0 MIG 1c.3g.40gb 3 × 14', '1 MIG 2c.3g.40gb 1 × 28', '2 MIG 3g.40gb 1 × 42']],
    ['hgx-a100-8', FOUR, ['0 MIG 1c.4g.40gb 4 × 14', '1 MIG 2c.4g.40gb 2 × 28', '3 MIG 4g.40gb 1 × 56']],
    ['hgx-a100-8', WHOLE, ['0 MIG 1c.7g.80gb 7 × 14', '1 MIG 2c.7g.80gb 3 × 28', '2 MIG 3c.7g.80gb 2 × 42', '3 MIG 4c.7g.80gb 1 × 56', '4 MIG 7g.80gb 1 × 98']],
    ['hgx-a100-8', DOUBLE_MEMORY, ['0 MIG 1g.20gb 1 × 14']],
    ['hgx-h100-8', DOUBLE_MEMORY, ['0 MIG 1c.1g.20gb 1 × 16', '7 MIG 1g.20gb 1 × 26']],
    ['hgx-h100-8', HALF, ['0 MIG 1c.3g.40gb 3 × 16', '1 MIG 2c.3g.40gb 1 × 32', '2 MIG 3g.40gb 1 × 60']],
  ])('%s, GPU instances of profile %i', async (profile, id, wanted) => {
    expect(await profilesOf(profile, id)).toEqual(wanted);
  });

  it('leave room for a pair beside a single one, in slices of their own', async () => {
    const host = await migHost();
    const { raw } = host;
    const gpuInstance = host.create(HALF);
    const created = [COMPUTE.one, COMPUTE.two].map((profileId) => raw.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId }).computeInstance);
    expect(created.map((computeInstance) => raw.nvmlComputeInstanceGetInfo_v2({ computeInstance }).info)).toMatchObject([
      { device: host.device, gpuInstance, id: 0, profileId: COMPUTE.one, placement: { start: 2, size: 1 } },
      { device: host.device, gpuInstance, id: 1, profileId: COMPUTE.two, placement: { start: 0, size: 2 } },
    ]);
    expect(refusal(() => raw.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId: COMPUTE.one }))).toBe(INSUFFICIENT_RESOURCES);
    expect(refusal(() => raw.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId: COMPUTE.four }))).toBe('NOT_SUPPORTED');
    expect(refusal(() => raw.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId: 9 }))).toBe('INVALID_ARGUMENT');
  });

  it('take the lowest id that is free', async () => {
    const host = await migHost();
    const { raw } = host;
    const gpuInstance = host.create(HALF);
    const create = () => raw.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId: COMPUTE.one }).computeInstance;
    const id = (computeInstance: bigint) => raw.nvmlComputeInstanceGetInfo_v2({ computeInstance }).info.id;
    const [first = 0n, ...others] = [create(), create(), create()];
    raw.nvmlComputeInstanceDestroy({ computeInstance: first });
    expect(refusal(() => id(first))).toBe('INVALID_ARGUMENT');
    expect([create(), ...others].map(id)).toEqual([0, 1, 2]);
  });
});

describe('MIG devices', () => {
  it('stand in the order of their GPU instances, and are named after them', async () => {
    const host = await migHost('hgx-h100-8');
    host.createWhole(HALF, COMPUTE.three);
    host.createWhole(TWO, COMPUTE.two);
    const gpuInstance = host.create(DOUBLE_MEMORY);
    host.raw.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId: COMPUTE.oneRev1 });
    expect(host.devices().map(({ name }) => name)).toEqual(['NVIDIA H100 80GB HBM3 MIG 3g.40gb', 'NVIDIA H100 80GB HBM3 MIG 2g.20gb', 'NVIDIA H100 80GB HBM3 MIG 1g.20gb']);
  });

  it('have UUIDs that come back with the same instance, and are found by them', async () => {
    const host = await migHost('hgx-a100-8', { seed: 'same' });
    const gpuInstance = host.createWhole(HALF, COMPUTE.three);
    host.createWhole(HALF, COMPUTE.three);
    const before = host.devices().map(({ uuid }) => uuid);
    expect(new Set(before).size).toBe(2);
    for (const uuid of before) expect(uuid).toMatch(/^MIG-[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const { computeInstance } = host.raw.nvmlGpuInstanceGetComputeInstanceById({ gpuInstance, id: 0 });
    const { device: stale } = host.raw.nvmlDeviceGetHandleByUUID({ uuid: before[1] as string });
    host.raw.nvmlComputeInstanceDestroy({ computeInstance });
    host.raw.nvmlGpuInstanceDestroy({ gpuInstance });
    expect(refusal(() => host.raw.nvmlDeviceGetUUID({ device: stale }))).toBe('INVALID_ARGUMENT');
    expect(refusal(() => host.raw.nvmlDeviceGetHandleByUUID({ uuid: before[1] as string }))).toBe('NOT_FOUND');
    host.createWhole(HALF, COMPUTE.three);
    expect(host.devices().map(({ uuid }) => uuid)).toEqual(before);
    const other = await migHost('hgx-a100-8', { seed: 'same' });
    other.createWhole(HALF, COMPUTE.three);
    expect(other.devices()[0]?.uuid).toBe(before[1]);
  });

  it('know their index, and share the window into memory as they share the memory', async () => {
    const host = await migHost('hgx-a100-8');
    const { raw, device } = host;
    host.createWhole(TWO, COMPUTE.two);
    host.createWhole(HALF, COMPUTE.three);
    const { bar1Memory: whole } = raw.nvmlDeviceGetBAR1MemoryInfo({ device });
    const seen = [0, 1].map((index) => {
      const { migDevice } = raw.nvmlDeviceGetMigDeviceHandleByIndex({ device, index });
      const { bar1Total, bar1Free } = raw.nvmlDeviceGetBAR1MemoryInfo({ device: migDevice }).bar1Memory;
      return [raw.nvmlDeviceGetIndex({ device: migDevice }).index, whole.bar1Total / bar1Total, bar1Total - bar1Free];
    });
    // Of eight slices of memory, half the GPU has four and two of seven parts have two.
    expect(seen).toEqual([[0, 2n, 0n], [1, 4n, 0n]]);
  });

  it('serve what concerns them, and nothing of the whole GPU', async () => {
    const host = await migHost();
    host.createWhole(HALF, COMPUTE.three);
    const { migDevice } = host.raw.nvmlDeviceGetMigDeviceHandleByIndex({ device: host.device, index: 0 });
    for (const ask of [host.raw.nvmlDeviceGetSerial, host.raw.nvmlDeviceGetMigMode, host.raw.nvmlDeviceGetPersistenceMode]) expect(refusal(() => ask({ device: migDevice }))).toBe('NOT_SUPPORTED');
    for (const ask of [host.raw.nvmlDeviceGetGpuInstanceId, host.raw.nvmlDeviceGetComputeInstanceId]) expect(refusal(() => ask({ device: host.device }))).toBe('INVALID_ARGUMENT');
    expect(refusal(() => host.raw.nvmlDeviceGetDeviceHandleFromMigDeviceHandle({ migDevice: host.device }))).toBe('INVALID_ARGUMENT');
    expect(refusal(() => host.raw.nvmlDeviceGetAttributes_v2({ device: host.device }))).toBe('NOT_SUPPORTED');
  });
});
