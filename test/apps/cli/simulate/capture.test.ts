import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GpuwrightError } from '../../../../lib/errors.ts';
import type { NvmlPort } from '../../../../lib/apps/cli/ports.ts';
import type { FakeWorld } from '../fakes.ts';
import { cli } from '../fakes.ts';

const folder = mkdtempSync(join(tmpdir(), 'gpuwright-capture-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const silent = (ms: number) => new GpuwrightError('DEVICE_UNRESPONSIVE', `nvmlDeviceGetHandleByIndex_v2: not started: running for ${ms} ms`);

/** Three GPUs: the ones named do not answer, each time a little later. */
function hostWith(...hanging: string[]): FakeWorld {
  let now = 1000;
  const raw: NvmlPort['callRaw'] = async ({ symbol }, { handles = {} }) => {
    if (symbol === 'nvmlDeviceGetCount_v2') return { deviceCount: 3 };
    if (symbol === 'nvmlSystemGetDriverVersion') return { version: '535.129.03' };
    const gpu = handles['device'] ?? '';
    if (hanging.includes(gpu)) throw silent((now += 7));
    if (symbol === 'nvmlDeviceGetPciInfo_v3') return { pci: { domain: 0, bus: 16 + Number(gpu), device: 0, pciDeviceId: 1, pciSubSystemId: 2 } };
    throw new GpuwrightError('NOT_SUPPORTED', `${symbol}: not supported`);
  };
  return { raw };
}

describe('capture of a live host', () => {
  it('leaves out a GPU that does not even say where it is, and says so in one line', async () => {
    const file = join(folder, 'a.json');
    const ran = await cli(hostWith('1'), 'simulate', 'capture', file);
    expect(ran).toMatchObject({ code: 1, out: expect.stringMatching(/a\.json: 2 GPUs, driver 535/) });
    expect(ran.err).toMatch(/^GPU 1: board\.name, board\.uuid, board\.serial, board\.part-number and \d+ more not captured: nvmlDeviceGetHandleByIndex_v2: not started: running for \d+ ms\n$/);
    expect((JSON.parse(readFileSync(file, 'utf8')) as { gpus: unknown }).gpus).toMatchObject([{ pci: '0000:10:00.0' }, { pci: '0000:12:00.0' }]);
  });

  it('writes nothing where no GPU does', async () => {
    const file = join(folder, 'b.json');
    expect(await cli(hostWith('0', '1', '2'), 'simulate', 'capture', file)).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/^gpuwright: capture: no GPU tells what it is: nvmlDeviceGetHandleByIndex_v2: not started/) });
    expect(existsSync(file)).toBe(false);
  });
});
