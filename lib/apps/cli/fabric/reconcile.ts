/** `gpuwright fabric reconcile [--live FILE]`: what differs between Fabric Manager, the record and the owners. Changes nothing. */
import type { Difference, FabricLedger, RemedyKind } from '../../../fabric/index.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports, Screen } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { quoteIfNeeded } from '../shell-quote.ts';
import { bullet } from '../verdict-text.ts';
import type { FabricHost } from './host.ts';
import { withFabric } from './host.ts';
import { liveOwners } from './live-owners.ts';
import type { FabricOptions } from './options.ts';

export interface ReconcileOptions extends FabricOptions {
  readonly live?: string;
}

export async function reconcile(options: ReconcileOptions, ports: Ports): Promise<number> {
  return await withFabric(options, ports, async (host) => {
    const ownersAsked = options.live !== undefined;
    const found = await differencesOf(host.ledger(await liveOwners(options.live, host.ports)), ownersAsked);
    if (options.json === true) ports.screen.out(jsonText({ schema: 1, host: host.kind, ownersAsked, differences: found.map((one) => told(one, host)) }));
    else {
      const text = found.length === 0 ? `Fabric Manager and the record agree${ownersAsked ? ', and every owner lives' : ''}.\n` : `${differenceLines(found, host, ports.screen)}\n`;
      ports.screen.out(`${host.headline}${text}${ownersAsked ? '' : 'Whether owners live was not asked: --live FILE names those who do.\n'}`);
    }
    return found.length === 0 ? EXIT.fine : EXIT.attention;
  });
}

/** That an owner cannot be asked is no difference where nobody was asked. */
export async function differencesOf(ledger: FabricLedger, ownersAsked: boolean): Promise<Difference[]> {
  return (await ledger.reconcile()).filter(({ kind }) => ownersAsked || kind !== 'owner-unclear');
}

export function differenceLines(found: readonly Difference[], host: FabricHost, screen: Pick<Screen, 'columns'>): string {
  return found.map((difference) => bullet(`${difference.sentence}: ${todo(difference, host)}`, screen)).join('\n');
}

/** For JSON: with what to do. */
export function told(difference: Difference, host: FabricHost): object {
  return { ...difference, todo: todo(difference, host) };
}

function todo({ remedy, partitionId, owner }: Difference, { targetWords }: FabricHost): string {
  const command = (words: string): string => `\`gpuwright fabric ${words}${targetWords}\``;
  const name = quoteIfNeeded(owner ?? '');
  const words: Record<RemedyKind, string> = {
    'adopt-or-deactivate': `find out whose it is, then ${command(`adopt ${partitionId} --owner NAME`)} or ${command(`deactivate ${partitionId} --unowned`)}`,
    release: command(`release --owner ${name}`),
    'acquire-again': `its owner acquires it again (${command(`activate ${partitionId} --owner ${name}`)})`,
    settle: 'nothing to do, the next change settles it',
    wait: 'wait, and ask again',
    ask: 'find out whether its owner still uses it',
  };
  return words[remedy];
}
