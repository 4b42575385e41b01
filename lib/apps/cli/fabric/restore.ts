/** `gpuwright fabric restore [ID…]`: hands the active set back to a Fabric Manager that waits for it. */
import { GpuwrightError, isGpuwrightError } from '../../../errors.ts';
import type { Liveness, Restored, RestoreSet } from '../../../fabric/index.ts';
import { restoreSet } from '../../../fabric/index.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { consent } from './consent.ts';
import type { FabricHost } from './host.ts';
import { withFabric } from './host.ts';
import { liveOwners } from './live-owners.ts';
import type { ChangeOptions } from './options.ts';
import { listed } from './words.ts';

export interface RestoreOptions extends ChangeOptions {
  readonly live?: string;
  /** The empty set. */
  readonly none?: boolean;
}

export async function restore(ids: readonly number[], options: RestoreOptions, ports: Ports): Promise<number> {
  if (ids.length > 0 && options.none === true) throw new GpuwrightError('INVALID_INPUT', 'fabric restore: ids and --none contradict each other: give one of them, or nothing for what the record says');
  const given = ids.length > 0 || options.none === true ? ids : undefined;
  return await withFabric(options, ports, async (host) => {
    const wishes = await liveOwners(options.live, host.ports);
    const ledger = host.ledger(wishes);
    if (options.yes !== true && (await waits(host))) {
      const record = await ledger.record();
      const alive = new Map<string, Liveness>([...record.holdings, ...record.operations].map(({ owner }) => [owner, wishes.isAlive?.(owner) ?? 'unknown']));
      // What was never observed is refused below, with its sentence.
      if (given !== undefined || record.observed !== null) await consent('fabric restore', planLines(given, restoreSet(record, alive)), options, host, ports);
    }
    const restored = await ledger.restore(given === undefined ? {} : { ids: given });
    ports.screen.out(options.json === true ? jsonText({ schema: 1, host: host.kind, ...restored }) : `${host.headline}${restoredText(restored)}`);
    return restored.missing.length + restored.unexpected.length > 0 ? EXIT.attention : EXIT.fine;
  });
}

/** Whether it refuses to list, as it does in its window. */
async function waits(host: FabricHost): Promise<boolean> {
  try {
    await host.fabric.partitions();
    return false;
  } catch (error) {
    if (isGpuwrightError(error) && (error.code === 'FABRIC_NOT_READY' || error.code === 'UNINITIALIZED')) return true;
    throw error;
  }
}

function planLines(given: readonly number[] | undefined, { ids, reasons }: RestoreSet): string[] {
  const lines = given === undefined ? reasons.map(({ partitionId, owner, included, why }) => `  partition ${partitionId}${owner === null ? '' : ` of ${owner}`}: ${included ? 'handed back' : 'left out'}; it ${why}`) : [];
  return [`Hands back as the active set: ${listed(given ?? ids)}. From then on exactly these are routed, whoever uses others.`, ...lines];
}

export function restoredText({ state, set, active, missing, unexpected, unknownOwners }: Restored): string {
  if (state === 'not-waiting') return `Fabric Manager does not wait for a set: nothing was handed back. Active: ${listed(active)}.\n`;
  return [
    `Handed back: ${listed(set.ids)}. Active now: ${listed(active)}.`,
    ...(missing.length > 0 ? [`Not active, though handed back: ${listed(missing)}: look at Fabric Manager's log.`] : []),
    ...(unexpected.length > 0 ? [`Active, though not handed back: ${listed(unexpected)}.`] : []),
    ...(unknownOwners.length > 0 ? [`Nobody knows whose these are: ${listed(unknownOwners)}.`] : []),
  ].join('\n') + '\n';
}
