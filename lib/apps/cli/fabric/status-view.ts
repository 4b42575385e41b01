/** `gpuwright fabric status` for people. */
import { printable } from '../cells.ts';
import type { Screen } from '../ports.ts';
import { table, wrap } from '../table.ts';
import type { FabricHost } from './host.ts';
import { differenceLines } from './reconcile.ts';
import type { FabricStatus, StateWord } from './status.ts';
import { tally } from './status.ts';
import { counted } from './words.ts';

const STATES: Readonly<Record<StateWord, string>> = {
  up: 'up',
  initialising: 'INITIALISING: it answers, and is not ready',
  waiting: 'WAITING for the active set, for 60 s after its restart: `gpuwright fabric restore`',
  down: 'UNREACHABLE: nobody answers',
  hung: 'HUNG: it took the question and does not answer',
  failing: 'FAILING: it answers with an error',
  flapping: 'FLAPPING: it was restarted again and again',
};

const MODES = { 'bare-metal': 'bare metal: there are no partitions', shared: 'shared NVSwitch', vgpu: 'vGPU', partitions: 'with partitions (shared NVSwitch or vGPU)' } as const;

export function statusText(seen: FabricStatus, host: FabricHost, screen: Pick<Screen, 'columns'>): string {
  const parts = [[...daemonLines(seen), ...(seen.partitions === null ? [] : [partitionsLine(seen)])].map((line) => wrap(line, screen.columns, '  ')).join('\n')];
  const owned = (seen.partitions ?? []).filter(({ active, owner }) => active || owner !== null);
  if (owned.length > 0) {
    parts.push(table(['PARTITION', 'OWNER', 'STATE', 'MODULES'], owned.map(({ id, active, owner, gpus }) => [String(id), owner === null ? '?' : printable(owner), active ? 'active' : 'held, not active', gpus.map((gpu) => gpu.physicalId).join(' ')])));
  }
  if (seen.differences.length > 0) parts.push(`Differences\n${differenceLines(seen.differences, host, screen)}`);
  return `${host.headline}${parts.join('\n\n')}\n`;
}

function daemonLines({ state, error, library, daemon, driverVersion, versionsDiffer, mode }: FabricStatus): string[] {
  const lines = [`Fabric Manager  ${STATES[state]}`];
  if (error !== null && state !== 'up') lines.push(`Why             ${error.message}`);
  if (daemon !== null) {
    const since = daemon.since === null ? '' : ` since ${daemon.since.toISOString()}`;
    lines.push(`Daemon          ${printable(daemon.state)}${daemon.pid === null ? '' : `, PID ${daemon.pid}`}${since}${daemon.endedFor === null ? '' : `: ${printable(daemon.endedFor)}`}`);
  } else lines.push('Daemon          no service manager here tells about it');
  lines.push(`Mode            ${mode === null ? 'not known' : MODES[mode]}${restartWords(daemon?.restartMode ?? null, mode)}`);
  const differ = versionsDiffer ? ': THEY DIFFER; install Fabric Manager of the driver\'s version' : '';
  lines.push(`Version         ${printable(daemon?.version ?? 'not known')}, driver ${printable(driverVersion ?? 'not known')}${differ}`);
  if (library !== null) lines.push(`Library         ${library.path} (${library.backend})`);
  return lines;
}

function restartWords(restartMode: boolean | null, mode: FabricStatus['mode']): string {
  if (mode === 'bare-metal' || restartMode === null) return '';
  return restartMode ? '; restart mode: after a restart it waits for the active set' : '; no restart mode: a restart ends all partitions';
}

function partitionsLine({ partitions }: FabricStatus): string {
  const { listed, active, free, blocked } = tally(partitions ?? []);
  return `Partitions      ${counted(listed, 'partition')}: ${active} active, ${free} free, ${blocked} blocked by those`;
}
