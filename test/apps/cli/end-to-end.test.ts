import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gpuwright, hasMocks, MAIN, node, START } from './program-run.ts';

/** Readings of one GPU as `status --json` has them. */
interface GpuJson {
  readonly index: number;
  readonly uuid: string | null;
  readonly pciBusId: string | null;
  readonly verdict: { readonly level: string; readonly reasons: readonly { readonly id: string }[] };
  readonly temperatureCelsius: { readonly state: string };
}
interface StatusJson {
  readonly host: string;
  readonly gpus: readonly GpuJson[];
}

const folder = mkdtempSync(join(tmpdir(), 'gpuwright-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function simulate(...words: string[]): Promise<string> {
  const ended = await gpuwright('simulate', ...words);
  expect(ended, words.join(' ')).toMatchObject({ code: 0 });
  return ended.out;
}

async function status(machine: string, ...words: string[]): Promise<StatusJson & { readonly code: number | null }> {
  const ended = await gpuwright('status', '--machine', machine, '--json', ...words);
  return { ...(JSON.parse(ended.out) as StatusJson), code: ended.code };
}

describe.skipIf(!hasMocks)('a host with page retirement', { timeout: 120_000 }, () => {
  const machine = join(folder, "it's v100");
  beforeAll(async () => {
    await simulate('create', machine, '--profile', 'tesla-v100-8', '--gpus', '3');
  }, 60_000);

  it('is well, then has a pending page, then is cured by a reset and keeps the page as history', async () => {
    expect(await status(machine)).toMatchObject({ code: 0, host: 'simulated', gpus: [{ verdict: { level: 'ok', reasons: [] } }, {}, {}] });

    await simulate('inject', machine, 'double-bit-ecc', '--gpu', '1', '--address', '0x53040');
    const sick = await status(machine);
    expect(sick.code).toBe(1);
    expect(sick.gpus.map((gpu) => gpu.verdict.level)).toEqual(['ok', 'attention', 'ok']);
    expect(sick.gpus[1]?.verdict.reasons[0]?.id).toBe('page-retirement-pending');

    const text = await gpuwright('pages', '--machine', machine);
    expect(text).toMatchObject({ code: 1, err: '' });
    expect(text.out).toMatch(/^SIMULATED[^]*0x50000 +double-bit ECC error +\d{4}-[^]*gpuwright simulate reset '[^]*' --gpu 1/);
    const csv = await gpuwright('pages', '--machine', machine, '--format', 'csv');
    expect(csv.out).toBe(`gpu_uuid, retired_pages.address, retired_pages.cause\n${sick.gpus[1]?.uuid ?? ''}, 0x50000, Double Bit ECC\n`);
    const xml = await gpuwright('pages', '--machine', machine, '--format', 'xml', '--gpu', sick.gpus[1]?.pciBusId ?? '');
    expect(xml.out).toContain('<retired_page_addresse>0x50000</retired_page_addresse>');

    await simulate('reset', machine, '--gpu', '1');
    expect((await status(machine)).code).toBe(0);
    const pages = await gpuwright('pages', '--machine', machine, '--json', '--gpu', '1');
    expect(JSON.parse(pages.out)).toMatchObject({ gpus: [{ retirement: 'value', pending: false, retiredPages: [{ address: '0x50000', cause: 'double-bit-ecc' }] }] });
  });

  it('names a process that holds the GPU, and is not reset under it', async () => {
    await simulate('inject', machine, 'double-bit-ecc', '--gpu', '2', '--address', '0x60000');
    await simulate('inject', machine, 'hang', '--function', 'nvmlDeviceGetMaxClockInfo');
    const end = new AbortController();
    const held = node(MAIN, ['raw', 'nvmlDeviceGetMaxClockInfo', '0', 'sm', '--machine', machine, '--timeout', '60s'], { signal: end.signal });
    try {
      await expect.poll(async () => (await gpuwright('pages', '--machine', machine, '--gpu', '2')).out, { timeout: 40_000 }).toMatch(/PID \d+ {2}\S+ {2}\([^)]*client\)/);
      expect(await gpuwright('simulate', 'reset', machine, '--gpu', '2')).toMatchObject({ code: 1, err: expect.stringMatching(/\d+/) });
    } finally {
      end.abort();
      await held;
      await simulate('clear', machine);
    }
    await simulate('reload-driver', machine);
    expect((await status(machine)).code).toBe(0);
  });

  it('keeps its exit status where the reader of its output goes away, and says in a sentence that a disk is full', async () => {
    await simulate('inject', machine, 'double-bit-ecc', '--gpu', '0', '--address', '0x70000');
    expect(await node(MAIN, ['status', '--machine', machine], { readOnly: 1 })).toMatchObject({ code: 1, signal: null, err: '' });
    expect(await node(MAIN, ['raw', '--list', '--json'], { readOnly: 1 })).toMatchObject({ code: 0, signal: null, err: '' });
    expect(await node(MAIN, ['status', '--watch', '--interval', '50ms', '--machine', machine], { readOnly: 1 })).toMatchObject({ code: 1, signal: null, err: '' });
    expect(await node(MAIN, ['raw', '--list'], { outputFile: '/dev/full' })).toMatchObject({ code: 1, signal: null, err: 'gpuwright: the output cannot be written (no space left): see where it goes\n' });
    await simulate('reload-driver', machine);
  });

  it('is watched without standing in the way of a driver reload, and watching ends by a signal with the status of the last look', async () => {
    let cured: Promise<string> | undefined;
    await simulate('inject', machine, 'double-bit-ecc', '--gpu', '0', '--address', '0x90000');
    const ended = await node(MAIN, ['status', '--watch', '--interval', '300ms', '--json', '--machine', machine], {
      onOutput: (out, kill) => {
        const levels = out.trimEnd().split('\n').filter((line) => line.endsWith('}')).map((line) => (JSON.parse(line) as StatusJson).gpus[0]?.verdict.level);
        if (levels.includes('attention')) cured ??= reloadWhenFree(machine);
        if (levels.at(-1) === 'ok') kill('SIGINT');
      },
    });
    await cured;
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(ended.out).toMatch(/"level":"attention"[^]*"level":"ok"/);
  });
});

/** A look may be under way: then the reload is refused, and free to be tried again a moment later. */
async function reloadWhenFree(machine: string): Promise<string> {
  for (;;) {
    const ended = await gpuwright('simulate', 'reload-driver', machine);
    if (ended.code === 0) return ended.out;
  }
}

describe.skipIf(!hasMocks)('a host that misbehaves', { timeout: 120_000 }, () => {
  const machine = join(folder, 'bad');
  beforeAll(async () => {
    await simulate('create', machine, '--profile', 'tesla-v100-8', '--gpus', '2');
  }, 60_000);
  const broken = async (fault: readonly string[], ...words: string[]) => {
    await simulate('inject', machine, ...fault);
    try {
      return await gpuwright(...words, '--machine', machine, '--timeout', '1s');
    } finally {
      await simulate('clear', machine);
    }
  };

  it('with a hanging GPU: the others are read, the process ends', async () => {
    const ended = await broken(['hang', '--gpu', '1'], 'status', '--json');
    const { gpus } = JSON.parse(ended.out) as StatusJson;
    expect(ended).toMatchObject({ code: 1, signal: null });
    expect(gpus.map((gpu) => [gpu.verdict.level, gpu.temperatureCelsius.state, gpu.pciBusId !== null])).toEqual([['ok', 'value', true], ['unknown', 'failed', true]]);
  });

  it.each(['in-process', 'helper-process'])('with the whole driver hanging from init on (%s): every GPU is listed, none read', async (isolation) => {
    const ended = await broken(['hang', '--scope', 'driver'], 'status', '--json', '--isolation', isolation);
    expect(ended).toMatchObject({ code: 3, signal: null });
    expect((JSON.parse(ended.out) as StatusJson).gpus.map((gpu) => gpu.verdict.level)).toEqual(['unknown', 'unknown']);
  });

  it('with a library that crashes: a helper process survives to tell', async () => {
    const ended = await broken(['crash', '--gpu', '1', '--function', 'nvmlDeviceGetRetiredPages_v2'], 'status', '--isolation', 'helper-process');
    expect(ended).toMatchObject({ code: 1, signal: null, out: expect.stringContaining('the helper process died inside the library') });
  });

  it('with a failing and an absent function: unknown, and unsupported', async () => {
    const failing = await broken(['fail', '--gpu', '0', '--return', '999', '--function', 'nvmlDeviceGetRetiredPagesPendingStatus'], 'pages', '--json');
    expect(failing.code).toBe(1);
    expect(JSON.parse(failing.out)).toMatchObject({ gpus: [{ retirement: 'failed', error: { status: 999 }, pending: null, retiredPages: null }, { retirement: 'value' }] });
    const absent = await broken(['absent', '--function', 'nvmlDeviceGetRetiredPagesPendingStatus'], 'pages', '--json');
    expect(JSON.parse(absent.out)).toMatchObject({ gpus: [{ retirement: 'unsupported', error: null }, { retirement: 'unsupported' }] });
  });

  it('with garbage in every answer: the command still answers', async () => {
    for (const words of [['status'], ['status', '--json'], ['pages'], ['pages', '--json'], ['pages', '--format', 'xml']]) {
      const ended = await broken(['pattern', '--gpu', '0'], ...words);
      expect(ended, ended.err).toMatchObject({ signal: null });
      expect([0, 1], ended.err).toContain(ended.code);
      expect(ended.err).toBe('');
    }
  });

  it('with a garbled count of GPUs: the GPUs of the PCI bus are listed, none read', async () => {
    const ended = await broken(['pattern', '--function', 'nvmlDeviceGetCount_v2'], 'status', '--json');
    expect(ended).toMatchObject({ code: 3, signal: null, err: '' });
    expect((JSON.parse(ended.out) as StatusJson).gpus.map((gpu) => [gpu.verdict.level, gpu.pciBusId !== null])).toEqual([['unknown', true], ['unknown', true]]);
  });

  it('without a driver: 3, and the sentence', async () => {
    expect(await broken(['driver-not-loaded'], 'status')).toMatchObject({ code: 3, err: expect.stringContaining('nvmlInit') });
  });
});

describe.skipIf(!hasMocks)('a host with row remapping', { timeout: 60_000 }, () => {
  it('says that page retirement does not apply, and shows the rows that wait', async () => {
    const machine = join(folder, 'h100');
    await simulate('create', machine, '--profile', 'hgx-h100-8', '--gpus', '2');
    await simulate('inject', machine, 'double-bit-ecc', '--gpu', '1', '--address', '0x53040');
    const ended = await gpuwright('pages', '--machine', machine);
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(/GPU 1 [^]*page retirement does not apply[^]*1 for uncorrectable ones; pending: YES/);
    expect(JSON.parse((await gpuwright('pages', '--machine', machine, '--json')).out)).toMatchObject({ gpus: [{ retirement: 'unsupported', pending: null, retiredPages: null }, {}] });
  });
});

describe.skipIf(!hasMocks)('another program on a simulated host', { timeout: 60_000 }, () => {
  it('hands its exit status on, also that of a signal, and finds the library', async () => {
    const machine = join(folder, 'run');
    await simulate('create', machine, '--profile', 'tesla-v100-8', '--gpus', '1');
    const run = (...words: string[]) => gpuwright('simulate', 'run', machine, '--', ...words);
    expect((await run('sh', '-c', 'exit 7')).code).toBe(7);
    expect((await run('sh', '-c', 'kill -TERM $$')).code).toBe(143);
    expect(await run('no-such-program')).toMatchObject({ code: 2, err: expect.stringContaining('no-such-program: could not be started') });
    expect((await run(process.execPath, MAIN, 'status')).out).toMatch(/^SIMULATED host .*run\n/);
  });

  it('gets a signal that is sent to us', async () => {
    const machine = join(folder, 'run');
    const script = "process.on('SIGTERM', () => process.exit(9)); console.log('ready'); setInterval(() => {}, 1000)";
    const ended = await node(MAIN, ['simulate', 'run', machine, '--', process.execPath, '-e', script], { onOutput: (_, kill) => kill('SIGTERM') });
    expect(ended).toMatchObject({ code: 9, signal: null });
  });
});

describe('a host without a library', { timeout: 60_000 }, () => {
  it.skipIf(!hasMocks).each(['addon', 'koffi'])('npm start simulates one and exits 0 (%s)', async (backend) => {
    const ended = await node(START, [], { env: { GPUWRIGHT_BACKEND: backend, TMPDIR: folder } });
    expect(ended).toMatchObject({ code: 0, err: '' });
    if (/^SIMULATED/.test(ended.out)) expect(ended.out).toMatch(/8 GPUs: 7 ok, 1 attention[^]*GPU 3 .*ATTENTION/);
  });
});
