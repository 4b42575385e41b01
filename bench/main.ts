import { cpus } from 'node:os';
import { createAddonBackend } from '../lib/backend/addon.ts';
import { createKoffiBackend } from '../lib/backend/koffi.ts';
import { measureFabric } from './fabric.ts';
import { measureLanes } from './lanes.ts';
import { measureEventLoop, measureOthersWhenOneHangs } from './liveness.ts';
import { buildLibrary } from './native.ts';
import { measureNvmlCalls } from './nvml-calls.ts';
import { measureCtypes, measureSpawn } from './processes.ts';
import type { Figures } from './report.ts';
import { asTable } from './report.ts';
import { measureHostSnapshots } from './snapshots.ts';
import { measureSyncCalls } from './sync-calls.ts';

async function measure(progress: (what: string) => void): Promise<Figures> {
  const library = buildLibrary();
  try {
    const addon = createAddonBackend();
    const koffi = createKoffiBackend();
    progress('synchronous calls');
    const sync = await measureSyncCalls(library.path, addon, koffi);
    progress('other processes');
    const ctypesNs = measureCtypes(library.path);
    const spawnNs = await measureSpawn();
    progress('NVML by shapes');
    const nvml = await measureNvmlCalls(addon, library.foreignLoop);
    progress('hosts of 1 to 64 GPUs');
    const hosts = await measureHostSnapshots();
    progress('lanes');
    const lanes = await measureLanes(addon, library.path);
    progress('event loop');
    const eventLoop = await measureEventLoop(addon, library.path);
    progress('Fabric Manager');
    const fabric = await measureFabric();
    progress('one GPU hangs');
    const wedged = await measureOthersWhenOneHangs(addon, library.path);
    return { ...sync, ctypesNs, spawnNs, ...nvml, ...hosts, ...lanes, ...eventLoop, ...fabric, ...wedged };
  } finally {
    library.remove();
  }
}

async function main(args: readonly string[]): Promise<void> {
  const json = args.includes('--json');
  const unknown = args.find((arg) => arg !== '--json');
  if (unknown !== undefined) {
    console.error(`bench: ${unknown}: is not an option: use --json or nothing`);
    process.exit(2);
  }
  const figures = await measure((what) => process.stderr.isTTY && process.stderr.write(`bench: ${what}\n`));
  if (json) {
    console.log(JSON.stringify(figures, null, 2));
  } else {
    console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);
    console.log(asTable(figures));
  }
  // A thread hangs in the C library by intention.
  process.exit(0);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
