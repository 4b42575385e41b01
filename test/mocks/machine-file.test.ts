import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, copyFile, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMachine, openMachine, profiles } from '../../mocks/control/index.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { Client } from './client.ts';
import { host, PAGE } from './simulated-host.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpuwright-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that holds the machine's lock. */
async function holder(file: string, ...words: string[]) {
  const child = spawn(join(packageRoot(), 'mocks/build/gpuwright-machine'), [file, 'hold-lock', '--seconds', '60', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { kill: async () => void (child.kill('SIGKILL'), await once(child, 'exit')) };
}

describe('creating', () => {
  it('makes a private file with its library beside it, and leaves nothing else', async () => {
    const machine = await createMachine(join(folder, 'm'), { profile: 'tesla-v100-8' });
    expect((await stat(machine.file)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['m', 'm.lib']);
    expect((await readdir(machine.libraryDirectory)).sort()).toEqual(['libnvidia-ml.so', 'libnvidia-ml.so.1']);
  });

  it('refuses an existing file and leaves it as it is; force replaces a machine', async () => {
    const file = join(folder, 'm');
    const first = await createMachine(file, { profile: 'tesla-v100-8' });
    await first.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0n });
    await expect(createMachine(file, { profile: 'hgx-h100-8' })).rejects.toMatchObject({ code: 'MACHINE_EXISTS', message: expect.stringContaining(file) as string });
    expect((await first.show()).gpus[0]?.retiredPages).toHaveLength(1);
    await createMachine(file, { profile: 'hgx-h100-8', force: true });
    expect((await first.show()).profile).toBe('hgx-h100-8');
    expect((await readdir(folder)).sort()).toEqual(['m', 'm.lib']);
  });

  it('does not replace what is not a machine, even by force', async () => {
    const file = join(folder, 'thesis.txt');
    await writeFile(file, 'years of work');
    await expect(createMachine(file, { profile: 'tesla-v100-8', force: true })).rejects.toMatchObject({ code: 'MACHINE_INVALID' });
    expect(await readFile(file, 'utf8')).toBe('years of work');
    expect(await readdir(folder)).toEqual(['thesis.txt']);
  });

  it('a client of a replaced machine goes on with the old one until it inits anew', async () => {
    const file = join(folder, 'm');
    const machine = await createMachine(file, { profile: 'tesla-v100-8' });
    const client = await Client.initialised(machine.nvmlLibrary);
    await createMachine(file, { profile: 'tesla-v100-8', gpus: 2, force: true });
    expect((await client.call('nvmlDeviceGetCount_v2', { out: 'u32' })).out).toEqual([8]);
    await client.call('nvmlShutdown');
    await client.call('nvmlInit_v2');
    expect((await client.call('nvmlDeviceGetCount_v2', { out: 'u32' })).out).toEqual([2]);
  });

  it.each([
    [{ profile: 'tesla-v100' }, /profile: "tesla-v100" is not known: choose one of .*tesla-v100-8/],
    [{ profile: 'tesla-v100-8', gpus: 0 }, /gpus: 0 is out of range/],
    [{ profile: 'tesla-v100-8', gpus: 65 }, /gpus: 65 is out of range: a machine has 1 to 64 GPUs/],
    [{ profile: 'tesla-v100-8', driver: 'latest' }, /driver: "latest" is not a driver version/],
    [{ profile: 'tesla-v100-8', driver: '390.157' }, /older than branch 440/],
  ])('refuses %o in a sentence', async (options, message) => {
    await expect(createMachine(join(folder, 'm'), options)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) as string });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses when the place of its libraries is taken, and leaves nothing', async () => {
    await writeFile(join(folder, 'm.lib'), 'mine');
    await expect(createMachine(join(folder, 'm'), { profile: 'tesla-v100-8' })).rejects.toMatchObject({ code: 'MACHINE_INVALID', message: expect.stringContaining('m.lib') as string });
    expect(await readdir(folder)).toEqual(['m.lib']);
  });

  it('refuses a folder that does not exist', async () => {
    await expect(createMachine(join(folder, 'no/m'), { profile: 'tesla-v100-8' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('profiles', () => {
  it.each(profiles())('$name makes a host of up to 64 GPUs, no two alike', async ({ name, gpus: board }) => {
    const machine = await createMachine(join(folder, name), { profile: name, gpus: 64 });
    const { gpus } = await machine.show();
    for (const key of ['uuid', 'pciBusId'] as const) expect(new Set(gpus.map((gpu) => gpu[key])).size).toBe(64);
    // A GeForce has none.
    const serials = gpus.map((gpu) => gpu.serial).filter((serial) => serial !== '');
    expect(new Set(serials).size).toBe(serials.length);
    expect(gpus[board]?.pciBusId.slice(0, 8)).toBe('00000001');
    const client = await Client.initialised(machine.nvmlLibrary, 64);
    expect((await client.call('nvmlDeviceGetCount_v2', { out: 'u32' })).out).toEqual([64]);
  });

  it('no two machines share a UUID, unless they have one seed', async () => {
    const uuids = async (name: string, seed?: string) =>
      (await (await createMachine(join(folder, name), { profile: 'tesla-v100-8', ...(seed === undefined ? {} : { seed }) })).show()).gpus.map((gpu) => gpu.uuid);
    expect(await uuids('a')).not.toEqual(await uuids('b'));
    expect(await uuids('c', 'x')).toEqual(await uuids('d', 'x'));
  });
});

describe('opening', () => {
  it('does not follow a damaged file out of it', async () => {
    const machine = await createMachine(join(folder, 'm'), { profile: 'tesla-v100-8', gpus: 1 });
    const whole = await machine.attributes();
    // Every count that the file holds becomes far too large, and every choice one that there is not.
    const bytes = await readFile(machine.file);
    bytes.fill(0x7f, bytes.indexOf('GPU-'), bytes.indexOf('GPU-') + 65_536);
    await writeFile(machine.file, bytes);
    expect((await machine.attributes()).map(({ name }) => name)).toEqual(expect.arrayContaining(whole.map(({ name }) => name)));
  });

  it('gives a moved machine its libraries again', async () => {
    const machine = await createMachine(join(folder, 'm'), { profile: 'tesla-v100-8', driver: '440.44' });
    await rename(machine.file, join(folder, 'moved'));
    const client = await Client.initialised((await openMachine(join(folder, 'moved'))).nvmlLibrary);
    expect(await client.call('nvmlDeviceGetRemappedRows', null)).toEqual({ absent: true });
  });

  it.each<[string, (file: string) => Promise<void>, RegExp]>([
    ['an absent file', async () => {}, /no such machine file/],
    ['an empty file', (file) => writeFile(file, ''), /not a machine file/],
    ['a foreign file', (file) => writeFile(file, 'x'.repeat(3_000_000)), /not a machine file/],
    ['a truncated machine', async (file) => (await createMachine(file, { profile: 'tesla-v100-8' }), await truncate(file, 100_000)), /truncated \(100000 of \d+ bytes\)/],
    ['a machine with something behind it', async (file) => (await createMachine(file, { profile: 'tesla-v100-8' }), await appendFile(file, 'more')), /longer than a machine \(\d+ of \d+ bytes\)/],
    [
      'a machine of another format',
      async (file) => {
        await createMachine(file, { profile: 'tesla-v100-8' });
        const bytes = await readFile(file);
        bytes.writeUInt32LE(999, 24);
        await writeFile(file, bytes);
      },
      /format 999, this version reads format 3/,
    ],
    [
      'a machine of the same format from a build with another layout',
      async (file) => {
        await createMachine(file, { profile: 'tesla-v100-8' });
        const bytes = await readFile(file);
        bytes.writeBigUInt64LE(4096n, 32);
        await writeFile(file, bytes);
      },
      /made by another build of gpuwright \(its layout has 4096 bytes, this build's \d+\): .*simulate create --force/,
    ],
  ])('refuses %s in a sentence', async (_, prepare, message) => {
    const file = join(folder, 'm');
    await prepare(file);
    await expect(openMachine(file)).rejects.toMatchObject({ code: 'MACHINE_INVALID', message: expect.stringMatching(message) as string });
  });

  it('a library with no machine beside it, or a broken one, answers that the driver is not loaded', async () => {
    const machine = await createMachine(join(folder, 'm'), { profile: 'tesla-v100-8' });
    const alone = join(folder, 'libnvidia-ml.so.1');
    await copyFile(machine.nvmlLibrary, alone);
    expect(await (await Client.open(alone)).status('nvmlInit_v2')).toBe(9);
    await truncate(machine.file, 10);
    expect(await (await Client.open(machine.nvmlLibrary)).status('nvmlInit_v2')).toBe(9);
  });
});

describe('the lock', () => {
  it('a killed holder does not block the next', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    const { kill } = await holder(machine.file);
    await kill();
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: PAGE });
    expect(await client.pages(0, 1)).toEqual([PAGE]);
  });

  it('what a killed holder left half written is lawful again for the next', async () => {
    const machine = await host();
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: PAGE });
    const client = await Client.initialised(machine.nvmlLibrary);
    const { kill } = await holder(machine.file, '--torn');
    await kill();
    expect(await client.pages(0, 1)).toEqual([PAGE]);
    expect((await machine.show()).gpus[0]).toMatchObject({ retiredPages: [{ address: '0x10000' }], errorAddresses: 1, remappedRows: { correctable: 0, uncorrectable: 0 } });
  });

  it('a live holder that never lets go gives an error, not a hang', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    const { kill } = await holder(machine.file);
    const [refusal, status] = await Promise.all([machine.show().catch((error: unknown) => error), client.status('nvmlDeviceGetCount_v2', { out: 'u32' })]);
    await kill();
    expect(refusal).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining(machine.file) as string });
    expect(status).toBe(10);
  });

  it('a copy of a machine whose lock is held is not locked itself', async () => {
    const machine = await host();
    const { kill } = await holder(machine.file);
    const copy = join(folder, 'copy');
    await copyFile(machine.file, copy);
    expect((await (await openMachine(copy)).show()).profile).toBe('tesla-v100-8');
    await kill();
  });

  it('many processes at once lose no error', async () => {
    const machine = await host();
    await Promise.all(Array.from({ length: 8 }, (_, gpu) => gpu).map(async (gpu) => {
      for (let page = 0n; page < 10n; page++) await machine.inject({ kind: 'double-bit-ecc', gpu: gpu % 2, address: (BigInt(gpu) * 16n + page) * PAGE });
    }));
    const { gpus } = await machine.show();
    expect([gpus[0]?.errorCounts.aggregateUncorrected, gpus[1]?.errorCounts.aggregateUncorrected]).toEqual([40, 40]);
    expect([gpus[0]?.retiredPages.length, gpus[1]?.retiredPages.length]).toEqual([40, 40]);
  });
});
