/** What a watcher tells, in words. */
import type { FabricEvent } from '../../../fabric/index.ts';
import type { Screen } from '../ports.ts';
import type { FabricHost } from './host.ts';
import { differenceLines } from './reconcile.ts';
import { restoredText } from './restore.ts';
import { counted, listed } from './words.ts';

/** One line, but for what follows a line end. */
export function eventText(event: FabricEvent, host: FabricHost, screen: Pick<Screen, 'columns'>): string {
  switch (event.kind) {
    case 'state': {
      const { state, before, error, partitions } = event;
      const active = partitions === null ? '' : `, active partitions: ${listed(partitions.filter((partition) => partition.active).map(({ id, owner }) => `${id} (${owner ?? 'unknown owner'})`))}`;
      return `${state}${before === null || before === state ? '' : ` (was ${before})`}${active}${error === null ? '' : `: ${error.message}`}`;
    }
    case 'restarted':
      return `restarted${event.restartMode === null ? '' : event.restartMode ? ', in restart mode' : ', not in restart mode: no partition is active any more'}`;
    case 'restored':
      return restoredText(event.result).trimEnd().replaceAll('\n', ' ');
    case 'restore-failed':
      return `the active set could not be handed back, and it is tried again: ${event.error.message}`;
    case 'plan':
      return `after the restart there is this to do, and nothing of it is done:\n${differenceLines(event.differences, host, screen)}`;
    case 'flapping':
      return `flapping: ${counted(event.restarts, 'restart')} within ${Math.round(event.withinMs / 60_000)} min: look at its log (journalctl -u nvidia-fabricmanager)`;
    case 'versions-differ':
      return `its version ${event.fabricManager} is not the driver's, ${event.driver}: install one that is`;
  }
}
