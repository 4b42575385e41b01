/** `gpuwright fabric status`: daemon, state, mode, versions, partitions, owners, differences. */
import type { Difference, FabricEvent, OwnedPartition } from '../../../fabric/index.ts';
import { watchFabric } from '../../../fabric/index.ts';
import type { ReadingError } from '../../../telemetry/reading.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import type { FabricHost } from './host.ts';
import { withFabric } from './host.ts';
import type { FabricOptions } from './options.ts';
import type { Daemon } from './ports.ts';
import { differencesOf, told } from './reconcile.ts';
import { statusText } from './status-view.ts';
import { stateWord } from './partitions-view.ts';

/** It flaps where systemd started it again so often, lastly within that time; or does so right now. */
const FLAPPING = { restarts: 3, withinMs: 600_000 };

export type StateWord = Extract<FabricEvent, { kind: 'state' }>['state'] | 'flapping';

export interface FabricStatus {
  readonly state: StateWord;
  readonly error: ReadingError | null;
  /** How it was reached; null where its library could not be opened. */
  readonly library: { readonly path: string; readonly backend: string } | null;
  readonly daemon: Daemon | null;
  readonly driverVersion: string | null;
  readonly versionsDiffer: boolean;
  readonly mode: 'bare-metal' | 'shared' | 'vgpu' | 'partitions' | null;
  readonly partitions: readonly OwnedPartition[] | null;
  readonly differences: readonly Difference[];
}

export async function status(options: FabricOptions, ports: Ports): Promise<number> {
  return await withFabric(options, ports, async (host) => {
    const seen = await look(host);
    ports.screen.out(options.json === true ? jsonText(statusJson(seen, host)) : statusText(seen, host, ports.screen));
    return exitCodeOfStatus(seen);
  });
}

async function look(host: FabricHost): Promise<FabricStatus> {
  // First, so that a library that cannot be opened is told as that.
  const port = await host.fabric.open().catch((error: unknown) => {
    if (isLibraryTrouble(error)) throw error;
    return null;
  });
  const ledger = host.ledger();
  // A record that cannot be read is no state of Fabric Manager.
  await ledger.record();
  const daemon = await host.aside(host.ports.daemon(host.machineFile, host.asideMs));
  const driverVersion = await host.aside(host.ports.driverVersion(host.machineFile));
  const { value: first } = await watchFabric({ ledger, daemon: async () => daemon ?? NO_DAEMON, deadlineMs: host.asideMs }).next();
  if (first?.kind !== 'state') throw new Error('a watch begins with the state');
  const { state, error, partitions } = first;
  return {
    state: state !== 'hung' && flaps(daemon) ? 'flapping' : state,
    error,
    library: port === null ? null : { path: port.libraryPath, backend: port.backendName },
    daemon,
    driverVersion,
    versionsDiffer: driverVersion !== null && (daemon?.version ?? driverVersion) !== driverVersion,
    mode: modeOf(daemon, first),
    partitions,
    differences: partitions === null ? [] : await differencesOf(ledger, false),
  };
}

const NO_DAEMON = { running: false, pid: null, restartMode: null, version: null };

/** What it does says more than what its file says: that may have been changed since. */
function modeOf(daemon: Daemon | null, { state, error, partitions }: Extract<FabricEvent, { kind: 'state' }>): FabricStatus['mode'] {
  if (state === 'up' && error?.code === 'NOT_SUPPORTED') return 'bare-metal';
  if (partitions === null) return daemon?.mode ?? null;
  return daemon?.mode === 'shared' || daemon?.mode === 'vgpu' ? daemon.mode : 'partitions';
}

function flaps(daemon: Daemon | null): boolean {
  if (daemon === null || daemon.restarts === null) return false;
  const recently = daemon.since !== null && Date.now() - daemon.since.getTime() < FLAPPING.withinMs;
  return daemon.state.includes('auto-restart') || (recently && daemon.restarts >= FLAPPING.restarts);
}

/** The daemon may be as well as can be: nobody here can talk to it. */
export function isLibraryTrouble(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return ['LIBRARY_NOT_FOUND', 'LIBRARY_LOAD_FAILED', 'BACKEND_UNAVAILABLE', 'ADDON_UNAVAILABLE', 'INVALID_INPUT', 'MACHINE_INVALID', 'SYMBOL_ABSENT'].includes(String(code));
}

export function exitCodeOfState(state: StateWord): number {
  if (state === 'up') return EXIT.fine;
  return state === 'down' || state === 'hung' || state === 'failing' ? EXIT.unreadable : EXIT.attention;
}

function exitCodeOfStatus({ state, versionsDiffer, differences }: FabricStatus): number {
  if (state === 'up' && (versionsDiffer || differences.length > 0)) return EXIT.attention;
  return exitCodeOfState(state);
}

export function tally(partitions: readonly OwnedPartition[]): { readonly listed: number; readonly active: number; readonly free: number; readonly blocked: number } {
  const words = partitions.map((partition) => stateWord(partition, partitions));
  const count = (start: string): number => words.filter((word) => word.startsWith(start)).length;
  return { listed: partitions.length, active: count('active'), free: count('free'), blocked: count('blocked') + count('held') };
}

function statusJson(seen: FabricStatus, host: FabricHost): unknown {
  const { partitions, differences, ...rest } = seen;
  return {
    schema: 1,
    host: host.kind,
    ...rest,
    partitions: partitions === null ? null : tally(partitions),
    owners: (partitions ?? []).filter(({ active, owner }) => active || owner !== null).map(({ id, active, owner, gpus }) => ({ owner, partition: id, active, physicalIds: gpus.map((gpu) => gpu.physicalId) })),
    differences: differences.map((one) => told(one, host)),
  };
}
