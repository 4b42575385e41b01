import type { Installation } from '../../../lib/apps/cli/doctor/checks.ts';
import type { NvmlOptions, NvmlPort, Ports } from '../../../lib/apps/cli/ports.ts';
import { runCommandLine } from '../../../lib/apps/cli/command-line.ts';
import { GpuwrightError } from '../../../lib/errors.ts';
import type { GpuSnapshot } from '../../../lib/nvml/types.ts';
import { valueOf } from '../../../lib/telemetry/reading.ts';
import { parseScenario } from '../../../mocks/control/scenario/read.ts';
import { withLibrariesFirst } from '../../../mocks/control/search-path.ts';
import type { Machine, MachineAttribute, MachineState } from '../../../mocks/control/types.ts';

export interface FakeWorld {
  /** What the n-th look sees; the last one stays. An error: opening the library fails. */
  readonly looks?: readonly (readonly GpuSnapshot[] | GpuwrightError)[];
  readonly columns?: number;
  readonly rows?: number;
  readonly terminal?: boolean;
  readonly machines?: readonly string[];
  /** Every name is a machine's. */
  readonly anyMachine?: boolean;
  readonly machineState?: Partial<MachineState>;
  readonly clients?: MachineState['clients'];
  readonly attributes?: readonly MachineAttribute[];
  /** Texts by their names. */
  readonly scenarios?: Readonly<Record<string, string>>;
  /** Somebody presses Ctrl-C after so many steps of a scenario. */
  readonly stopAfter?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly libraryPathMachine?: string;
  readonly installation?: Partial<Installation>;
  readonly ports?: Partial<Ports>;
  readonly raw?: NvmlPort['callRaw'];
  readonly handleNames?: ReadonlyMap<bigint, string>;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly opened: readonly NvmlOptions[];
  /** How often the library was let go, for a while or for good. */
  readonly letGo: number;
  /** `inject {...}`, `reset 3 {}` … */
  readonly done: readonly string[];
  /** What a live screen showed, one after the other. */
  readonly pictures: readonly string[];
}

/** Runs one command line in a world of fakes. */
export async function cli(world: FakeWorld, ...words: string[]): Promise<Ran> {
  const { ports, seen } = fakeWorld(world);
  const code = await runCommandLine(words, ports);
  return { ...seen, code, out: seen.out.join(''), err: seen.err.join(''), letGo: seen.letGo };
}

interface Seen {
  readonly out: string[];
  readonly err: string[];
  readonly opened: NvmlOptions[];
  readonly done: string[];
  readonly pictures: string[];
  letGo: number;
}

export function fakeWorld(world: FakeWorld): { readonly ports: Ports; readonly seen: Seen } {
  const out: string[] = [];
  const err: string[] = [];
  const opened: NvmlOptions[] = [];
  const done: string[] = [];
  const pictures: string[] = [];
  const stop = new AbortController();
  const looks = world.looks ?? [[]];
  let look = 0;
  const seen: Seen = { out, err, opened, done, pictures, letGo: 0 };

  const next = () => looks[Math.min(look++, looks.length - 1)] ?? [];

  const ports: Ports = {
    version: '9.9.9',
    screen: { out: (text) => out.push(text), err: (text) => err.push(text), columns: world.columns ?? 120, rows: world.rows ?? Infinity, isTerminal: world.terminal ?? false, colours: false },
    env: world.env ?? {},
    liveScreen: async () => ({ show: (text) => pictures.push(text), done: () => pictures.push('(done)') }),
    now: () => new Date('2025-04-01T00:00:00Z'),
    // Time passes at once; when the last look has been taken, somebody presses Ctrl-C.
    sleep: async (_milliseconds, signal) => {
      if (signal === stop.signal && look >= looks.length) stop.abort();
      else if (signal !== stop.signal) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
    stopSignal: () => stop.signal,
    openNvml: async (options) => {
      opened.push(options);
      if (options.machine !== undefined && options.machine !== world.libraryPathMachine) await ports.openMachine(options.machine);
      const first = next();
      if (first instanceof GpuwrightError) throw first;
      let gpus: readonly GpuSnapshot[] = first;
      return {
        libraryPath: 'libnvidia-ml.so.1',
        backendName: 'fake',
        snapshot: async () => ({ takenAt: new Date('2025-04-01T00:00:00Z'), driverVersion: valueOf('535.129.03'), nvmlVersion: valueOf('12.535.129.03'), gpus }),
        callRaw: world.raw ?? (async () => ({})),
        handleNames: async () => world.handleNames ?? new Map(),
        quiesce: async () => {
          seen.letGo += 1;
        },
        resume: async () => {
          const now = next();
          if (now instanceof GpuwrightError) throw now;
          gpus = now;
        },
        close: async () => {
          seen.letGo += 1;
        },
      };
    },
    openMachine: async (file) => {
      if (world.anyMachine !== true && world.machines?.includes(file) !== true) throw new GpuwrightError('MACHINE_INVALID', `${file}: there is no such file: make it with gpuwright simulate create`);
      return fakeMachine(file, world, done);
    },
    createMachine: async (file, options) => {
      done.push(`create ${file} ${JSON.stringify(options)}`);
      return fakeMachine(file, world, done);
    },
    profiles: async () => [{ name: 'tesla-v100-8', description: 'eight of them', gpuName: 'Tesla V100', gpus: 8, driver: '535.129.03', memoryRepair: 'page-retirement' }],
    models: async () => [{ name: 'v100-sxm2-32', gpuName: 'Tesla V100-SXM2-32GB', architecture: 'volta', memoryBytes: 2 ** 35 }],
    readScenario: (file) => parseScenario(world.scenarios?.[file] ?? '', file),
    // No machine to play on: every step once, and time passes at once.
    playScenario: async function* (machine, scenario, { speed, signal }) {
      for (const [index, { atMs, action, place }] of scenario.steps.entries()) {
        if (index >= (world.stopAfter ?? Infinity)) return;
        done.push(`play ${machine.file} ${action.kind} at speed ${speed ?? 1}${signal === stop.signal ? '' : ' without a signal'}`);
        yield { atMs, done: action.kind, action, place };
      }
    },
    machineOnLibraryPath: () => world.libraryPathMachine,
    deviceHolders: () => ({ holders: [], hiddenProcesses: 0 }),
    installation: async () => ({
      version: '9.9.9', node: 'v20.20.2', platform: 'linux x64', addon: { found: '/addon.node' }, koffi: { found: 'koffi 3.3.4' }, mocks: { found: '/mocks/build' },
      kernelDriver: 'NVRM version: 535.129.03', pciGpus: [], ...world.installation,
    }),
    fabric: async () => {
      throw new Error('no fabric in this world');
    },
    runProgram: async (command, args, env) => {
      done.push(`run ${JSON.stringify([command, ...args])} ${env['LD_LIBRARY_PATH'] ?? ''}`);
      return 42;
    },
    ...world.ports,
  };
  return { ports, seen };
}

function fakeMachine(file: string, world: FakeWorld, done: string[]): Machine {
  const note = (name: string) => async (...args: unknown[]) => {
    done.push([name, ...args.map((arg) => JSON.stringify(arg, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))].join(' '));
  };
  return {
    file,
    libraryDirectory: `${file}.lib`,
    nvmlLibrary: `${file}.lib/libnvidia-ml.so.1`,
    nvfmLibrary: `${file}.lib/libnvfm.so.1`,
    show: async () => ({
      schema: 1, simulated: true, profile: 'tesla-v100-8', driverVersion: '535.129.03', driverLoaded: true, time: '2025-04-01T00:00:00Z', bootId: 'b',
      clients: world.clients ?? [], gpus: [], faults: [], fabricManager: null, ...world.machineState,
    }),
    kernelLog: async () => ['[   1.0] NVRM: Xid (PCI:0000:13:00): 48, pid=1'],
    inject: note('inject'),
    clear: async (filter) => {
      done.push(`clear ${JSON.stringify(filter)}`);
      return 2;
    },
    set: note('set'),
    setHost: note('set-host'),
    fabricManager: async (action, options) => {
      done.push(`fabric-manager ${action} ${JSON.stringify(options)}`);
      return { platform: 'hgx-h100', state: 'starting', since: '2025-04-01T00:00:00Z', mode: 'shared', restarted: false, version: '580.65.06', endedFor: null, partitions: [] };
    },
    attributes: async () => world.attributes ?? [],
    addProcess: note('add-process'),
    setProcess: note('set-process'),
    removeProcess: note('remove-process'),
    processes: async () => [],
    reloadDriver: note('reload-driver'),
    reset: note('reset'),
    reboot: note('reboot'),
    addVgpu: async (wish) => {
      await note('add-vgpu')(wish);
      return 3251634200;
    },
    removeVgpu: note('remove-vgpu'),
    readings: async () => ({ time: '2025-04-01T00:00:00Z', gpus: [] }),
    advance: note('advance'),
    setClock: async (time) => {
      done.push(`set-clock ${time.toISOString()}`);
      return true;
    },
    freezeClock: note('freeze-clock'),
    environment: (base = {}) => withLibrariesFirst(`${file}.lib`, base),
  };
}

export const LIBRARY_MISSING = new GpuwrightError('LIBRARY_NOT_FOUND', 'libnvidia-ml: not found in 2 places: install the NVIDIA driver. Tried:\n  a\n  b');
