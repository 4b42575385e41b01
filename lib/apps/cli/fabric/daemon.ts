/** The daemon nvidia-fabricmanager: what systemd, its process and its configuration tell about it. */
import { readFile } from 'node:fs/promises';
import type { MachineFabricManager } from '../../../../mocks/control/types.ts';
import { isGpuwrightError } from '../../../errors.ts';
import { effectiveConfig, readConfigFile } from '../../../fabric/index.ts';
import type { ConfigDocument } from '../../../fabric/index.ts';
import type { RunProgram } from '../../../host/run-program.ts';
import { runProgram } from '../../../host/run-program.ts';
import { Service } from '../../../host/service.ts';
import type { Daemon } from './ports.ts';

export const UNIT = 'nvidia-fabricmanager';
const MODES = ['bare-metal', 'shared', 'vgpu'] as const;

export interface DaemonSources {
  readonly run: RunProgram;
  /** Words of a process's command line; undefined where it cannot be read. */
  readonly commandLine: (pid: number) => Promise<readonly string[] | undefined>;
  /** Undefined where it cannot be read. */
  readonly config: () => Promise<ConfigDocument | undefined>;
}

const REAL: DaemonSources = {
  run: runProgram,
  commandLine: async (pid) => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined))?.split('\0'),
  config: async () => (await readConfigFile().catch(() => undefined))?.document,
};

/** Null where this host has no systemd or no such unit. */
export async function realDaemon(deadlineMs: number, sources: DaemonSources = REAL): Promise<Daemon | null> {
  const status = await new Service(UNIT, { run: sources.run }).status({ deadlineMs }).catch((error: unknown) => {
    if (isGpuwrightError(error) && (error.code === 'NOT_SUPPORTED' || error.code === 'NOT_FOUND')) return null;
    throw error;
  });
  if (status === null || status.loadState === 'not-found') return null;
  const running = status.activeState === 'active';
  const config = await sources.config();
  const words = running && status.pid !== null ? await sources.commandLine(status.pid) : undefined;
  const mode = config === undefined ? null : effectiveConfig(config, 'FABRIC_MODE');
  return {
    running,
    pid: running ? status.pid : null,
    restartMode: running ? restartMode(words, config) : null,
    version: await versionOf(sources.run, deadlineMs),
    state: `${status.activeState} (${status.subState})`,
    since: status.since,
    endedFor: running || status.result === 'success' ? null : status.result,
    restarts: status.restarts,
    mode: MODES.find((_, number) => String(number) === mode) ?? null,
  };
}

export function simulatedDaemon(manager: MachineFabricManager | null): Daemon | null {
  if (manager === null) return null;
  const { state, since, mode, restarted, version, endedFor } = manager;
  const running = state !== 'stopped' && state !== 'failed';
  return { running, pid: null, restartMode: running ? restarted : null, version, state, since: new Date(since), endedFor: running ? null : endedFor, restarts: null, mode };
}

/** Of one that runs: how the next is started, nobody knows. The command line wins over the file (Fabric Manager User Guide, section 12). */
function restartMode(words: readonly string[] | undefined, config: ConfigDocument | undefined): boolean | null {
  if (words?.some((word) => word === '--restart' || word === '-r') === true) return true;
  return config === undefined ? null : effectiveConfig(config, 'FABRIC_MODE_RESTART') === '1';
}

async function versionOf(run: RunProgram, deadlineMs: number): Promise<string | null> {
  const answer = await run('nv-fabricmanager', ['--version'], { deadlineMs }).catch(() => undefined);
  return /version is\s*:\s*(\S+)/i.exec(answer?.stdout ?? '')?.[1] ?? null;
}
