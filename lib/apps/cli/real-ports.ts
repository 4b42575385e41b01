/** The commands' way to the real world. What only some commands need is loaded when they ask for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMachine, models, openMachine, playScenario, profiles, readScenario } from '../../../mocks/control/index.ts';
import { deviceHolders } from '../../host/device-holders.ts';
import { packageRoot } from '../../package-root.ts';
import { machineOnLibraryPath } from './library-path.ts';
import type { Ports, Screen } from './ports.ts';
import { closedPipe } from './process-end.ts';
import { runProgram } from './run-program.ts';

/** Where the width is not known; wide enough for the one-line tables. */
const PIPE_COLUMNS = 120;
const NARROWEST = 60;

export function realPorts(): Ports {
  const { env } = process;
  const version = packageVersion();
  return {
    version,
    screen: realScreen(),
    env,
    liveScreen: async () => {
      const { createLogUpdate } = await import('log-update');
      const draw = createLogUpdate(process.stdout);
      return { show: (text) => draw(text), done: () => draw.done() };
    },
    now: () => new Date(),
    sleep,
    stopSignal,
    openNvml: async ({ machine, ...options }) => {
      const { Nvml } = await import('../../nvml/index.ts');
      if (machine === undefined) return await Nvml.open(options);
      const simulated = await openMachine(machine);
      return await Nvml.open(
        { ...options, library: simulated.nvmlLibrary },
        // A simulated host has no sysfs: its file is the hardware that the kernel would see.
        { listGpus: async () => (await simulated.show()).gpus.map(({ pciBusId, uuid, name }) => ({ pciBusId, uuid, name })) },
      );
    },
    openMachine,
    createMachine,
    profiles: async () => profiles(),
    models: async () => models(),
    readScenario,
    playScenario,
    machineOnLibraryPath: () => machineOnLibraryPath(env['LD_LIBRARY_PATH']),
    deviceHolders: () => deviceHolders(),
    installation: async () => (await import('./doctor/installation.ts')).inspectInstallation(version),
    fabric: async () => (await import('./fabric/real-ports.ts')).realFabricPorts(),
    runProgram,
  };
}

function realScreen(): Screen {
  const { stdout, stderr } = process;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    get columns() {
      return stdout.isTTY === true ? Math.max(NARROWEST, stdout.columns || 80) : PIPE_COLUMNS;
    },
    get rows() {
      return stdout.isTTY === true ? stdout.rows || 24 : Infinity;
    },
    isTerminal: stdout.isTTY === true,
    colours: stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  };
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  // Not `once`: the cursor's keeper (log-update) re-raises a signal that it finds itself alone with.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort());
  return AbortSignal.any([controller.signal, closedPipe()]);
}
