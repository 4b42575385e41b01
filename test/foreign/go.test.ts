import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstDriver } from '../../lib/abi/index.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { startHost } from '../nvml/host.ts';
import { runOn, WAYS } from './run.ts';

const SOURCE = fileURLToPath(new URL('monitor.go', import.meta.url));
const hasGo = spawnSync('go', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'gpuwright-go-'));
const program = join(folder, 'monitor');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasGo)(`a monitor written in Go${hasGo ? '' : ' (skipped: there is no go here)'}`, () => {
  // The first time, Go compiles its runtime as well.
  beforeAll(() => {
    const env = { ...process.env, GO111MODULE: 'off', CGO_ENABLED: '1', CGO_CFLAGS: `-I${join(packageRoot(), 'mocks/generated')}`, CGO_LDFLAGS_ALLOW: '-Wl,--unresolved-symbols=.*' };
    execFileSync('go', ['build', '-o', program, SOURCE], { env, cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  }, 240_000);

  it.each(WAYS)('by %s: goroutines see all GPUs as they were set, and the one that fell off the bus', async (way) => {
    const machine = await startHost('hgx-a100-8', { driver: '535.129.03' });
    for (let gpu = 0; gpu < 8; gpu += 1) await machine.set(gpu, { 'thermal.gpu-celsius': 40 + gpu, 'power.limit-milliwatts': 300_000 + 1000 * gpu });
    await machine.inject({ kind: 'gpu-lost', gpu: 5 });
    const seen = JSON.parse(await runOn(machine, way, program)) as { gpus: unknown[] };
    const { gpus } = await machine.show();
    expect(seen).toEqual({
      'gpus': gpus.map(({ name, uuid, pciBusId }, gpu) =>
        gpu === 5
          ? { name: '', uuid: '', bus: '', celsius: 0, limit: 0, total: 0, lost: 'GPU is lost' }
          : { name, uuid, bus: pciBusId.toUpperCase(), celsius: 40 + gpu, limit: 300_000 + 1000 * gpu, total: 80 * 1024 ** 3 },
      ),
      'knows addressing modes': firstDriver.nvmlDeviceGetAddressingMode <= 535,
    });
  });
});
