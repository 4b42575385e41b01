/** Looks at what is installed here, without touching the vendor's library. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAddonBackend } from '../../../backend/addon.ts';
import { createKoffiBackend } from '../../../backend/koffi.ts';
import { listNvidiaGpus } from '../../../host/index.ts';
import { packageRoot } from '../../../package-root.ts';
import { describeFailure } from '../failure.ts';
import type { Installation, Part } from './checks.ts';

const MOCKS = ['mocks/build/gpuwright-machine', 'mocks/build/libnvidia-ml.so.1', 'mocks/build/libnvfm.so.1'];

export async function inspectInstallation(version: string): Promise<Installation> {
  return {
    version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    addon: tried(() => {
      createAddonBackend();
      return loadedAddon() ?? 'loads';
    }),
    koffi: tried(() => {
      createKoffiBackend();
      return 'loads';
    }),
    mocks: mocksPart(),
    kernelDriver: kernelDriver(),
    pciGpus: await listNvidiaGpus(),
  };
}

function tried(load: () => string): Part {
  try {
    return { found: load() };
  } catch (error) {
    return { missing: describeFailure(error).message };
  }
}

/** The file that the process has mapped; where /proc does not tell, undefined. */
function loadedAddon(): string | undefined {
  try {
    const maps = readFileSync('/proc/self/maps', 'utf8');
    return maps.split('\n').map((line) => line.slice(line.indexOf('/'))).find((path) => path.endsWith('.node') && path.startsWith(packageRoot()) && !path.includes('node_modules/@koromix') && !path.includes('koffi'));
  } catch {
    return undefined;
  }
}

function mocksPart(): Part {
  const missing = MOCKS.find((file) => !existsSync(join(packageRoot(), file)));
  return missing === undefined ? { found: join(packageRoot(), 'mocks/build') } : { missing: `${missing} is not built` };
}

function kernelDriver(): string | undefined {
  try {
    return readFileSync('/proc/driver/nvidia/version', 'utf8').split('\n')[0];
  } catch {
    return undefined;
  }
}
