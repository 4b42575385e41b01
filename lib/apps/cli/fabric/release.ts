/** `gpuwright fabric release --owner NAME`. */
import type { Released } from '../../../fabric/index.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports, Screen } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { wrap } from '../table.ts';
import { consent } from './consent.ts';
import type { FabricHost } from './host.ts';
import { withFabric } from './host.ts';
import type { ChangeOptions } from './options.ts';
import { namedGpus } from './survey.ts';
import { gpusText } from './words.ts';

export interface ReleaseOptions extends ChangeOptions {
  readonly owner: string;
}

export async function release(options: ReleaseOptions, ports: Ports): Promise<number> {
  const { owner } = options;
  return await withFabric(options, ports, async (host) => {
    const ledger = host.ledger();
    if (options.yes !== true) {
      const record = await ledger.record();
      const own = [...record.operations, ...record.holdings].find((claim) => claim.owner === owner);
      // Who has nothing loses nothing.
      if (own !== undefined) await consent('fabric release', [deactivationLine(own.partitionId, owner, gpusText(namedGpus(own.gpus, await host.modulesForShow())))], options, host, ports);
    }
    const told = await ledger.release(owner);
    const released = { ...told, gpus: told.gpus.length === 0 ? [] : namedGpus(told.gpus, await host.modulesForShow()) };
    ports.screen.out(options.json === true ? jsonText({ schema: 1, host: host.kind, ...releasedJson(released) }) : releasedText(released, host, ports.screen));
    return EXIT.fine;
  });
}

export function deactivationLine(partitionId: number, owner: string, gpus: string): string {
  return `Deactivates partition ${partitionId} of ${owner}: ${gpus}. Their NVLinks are cut, so nobody may use them any more.`;
}

function releasedJson({ owner, partitionId, gpus, how, resolved }: Released): object {
  return { owner, id: partitionId, gpus, how, resolved };
}

function releasedText({ owner, partitionId, gpus, how }: Released, host: FabricHost, screen: Pick<Screen, 'columns'>): string {
  const text = {
    deactivated: `${owner} no longer has partition ${partitionId}: ${gpusText(gpus)}.`,
    'not-active': `${owner} no longer has partition ${partitionId}, which was not active for it any more: nothing was deactivated.`,
    'nothing-held': `${owner} has no partition: nothing to release.`,
  }[how];
  return `${host.headline}${wrap(text, screen.columns, '  ')}\n`;
}
