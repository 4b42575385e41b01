/** `gpuwright fabric activate ID`, `deactivate ID` and `adopt ID`: by partition instead of by owner. */
import { GpuwrightError } from '../../../errors.ts';
import type { FabricLedger, OwnedPartition } from '../../../fabric/index.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { quoteIfNeeded } from '../shell-quote.ts';
import { wrap } from '../table.ts';
import { planLines } from './acquire.ts';
import { consent } from './consent.ts';
import type { FabricHost } from './host.ts';
import { withFabric } from './host.ts';
import type { ChangeOptions, GivingOptions } from './options.ts';
import { deactivationLine } from './release.ts';
import { survey } from './survey.ts';
import { gpusText, listed } from './words.ts';

interface Whose {
  readonly owner?: string;
  /** Nobody is recorded as the owner. */
  readonly unowned?: boolean;
}

export interface ActivateOptions extends GivingOptions, Whose {}

export interface DeactivateOptions extends ChangeOptions, Whose {
  /** Somebody else's, too. */
  readonly force?: boolean;
}

export async function activate(id: number, options: ActivateOptions, ports: Ports): Promise<number> {
  demandOneWord('fabric activate', options);
  return await withFabric(options, ports, async (host) => {
    const ledger = host.ledger();
    const partition = await partitionOf(id, host, ledger);
    if (options.owner === undefined) await activateForNobody(partition, options, { host, ledger, ports });
    else await activateFor(options.owner, partition, options, { host, ledger, ports });
    return await tellState(id, options, { host, ledger, ports });
  });
}

export async function deactivate(id: number, options: DeactivateOptions, ports: Ports): Promise<number> {
  if (options.owner !== undefined && options.unowned === true) demandOneWord('fabric deactivate', options);
  return await withFabric(options, ports, async (host) => {
    const ledger = host.ledger();
    const partition = await partitionOf(id, host, ledger);
    const { owner } = partition;
    const what = `partition ${id}`;
    if (owner === null && !partition.active) throw new GpuwrightError('PARTITION_NOT_ACTIVE', `${what}: is not active, and nobody has it: nothing to undo`);
    if (owner === null && options.unowned !== true) {
      throw new GpuwrightError('UNKNOWN_OWNER', `${what}: is active, and nobody knows whose it is: find that out, then say --unowned`);
    }
    if (owner !== null && owner !== options.owner && options.force !== true) {
      throw new GpuwrightError('IN_USE', `${what}: is ${owner}'s: say --owner ${quoteIfNeeded(owner)} for that owner, or --force to take it away`);
    }
    await consent('fabric deactivate', [deactivationLine(id, owner ?? 'an unknown owner', gpusText(partition.gpus))], options, host, ports);
    await ledger.deactivate(id, owner);
    return await tellState(id, options, { host, ledger, ports });
  });
}

/** Records an owner for a partition that is active and nobody's. Changes nothing at Fabric Manager. */
export async function adopt(id: number, options: ChangeOptions & { readonly owner: string }, ports: Ports): Promise<number> {
  return await withFabric(options, ports, async (host) => {
    const ledger = host.ledger();
    const { gpus } = await partitionOf(id, host, ledger);
    await consent('fabric adopt', [`Records ${options.owner} as the owner of partition ${id}: ${gpusText(gpus)}. Your word is all that says so.`], options, host, ports);
    await ledger.adopt(options.owner, id);
    return await tellState(id, options, { host, ledger, ports });
  });
}

interface Tools {
  readonly host: FabricHost;
  readonly ledger: FabricLedger;
  readonly ports: Ports;
}

async function activateFor(owner: string, partition: OwnedPartition, options: ActivateOptions, { host, ledger, ports }: Tools): Promise<void> {
  // No two partitions have the same GPUs, so these mean the partition; in its order, which is that of virtual functions.
  const request = { moduleIds: partition.gpus.map((gpu) => gpu.physicalId) };
  const wishes = options.vf === undefined ? {} : { virtualFunctions: options.vf };
  if (options.yes !== true) {
    const plan = await ledger.acquire(owner, request, { ...wishes, dryRun: true });
    if (!plan.repeated) await consent('fabric activate', planLines(plan), options, host, ports);
  }
  await ledger.acquire(owner, request, wishes);
}

async function activateForNobody(partition: OwnedPartition, options: ActivateOptions, { host, ledger, ports }: Tools): Promise<void> {
  const line = `Activates partition ${partition.id} for nobody: ${gpusText(partition.gpus)}. Its GPUs are refused to everybody from then on, for nobody knows whose they are.`;
  await consent('fabric activate', [line], options, host, ports);
  await ledger.activateUnowned(partition.id, options.vf === undefined ? {} : { virtualFunctions: options.vf });
}

function demandOneWord(what: string, { owner, unowned }: Whose): void {
  if ((owner === undefined) === (unowned !== true)) {
    const why = owner === undefined ? 'it is not said for whom' : '--owner and --unowned contradict each other';
    throw new GpuwrightError('INVALID_INPUT', `${what}: ${why}: give --owner NAME, which is recorded, or --unowned`);
  }
}

async function partitionOf(id: number, host: FabricHost, ledger: FabricLedger): Promise<OwnedPartition> {
  const all = await survey(host, ledger);
  const partition = all.find((one) => one.id === id);
  if (partition === undefined) throw new GpuwrightError('PARTITION_NOT_FOUND', `partition ${id}: Fabric Manager does not list it: there are ${listed(all.map((one) => one.id))}`);
  return partition;
}

/** As it is listed afterwards. */
async function tellState(id: number, { json }: { readonly json?: boolean }, { host, ledger, ports }: Tools): Promise<number> {
  const partition = await partitionOf(id, host, ledger);
  const { active, owner, gpus } = partition;
  const whose = owner === null ? (active ? ', and nobody is recorded for it' : '') : ` for ${owner}`;
  const text = `${host.headline}${wrap(`Partition ${id} is ${active ? 'active' : 'not active'}${whose}: ${gpusText(gpus)}.`, ports.screen.columns, '  ')}\n`;
  ports.screen.out(json === true ? jsonText({ schema: 1, host: host.kind, ...partition }) : text);
  return EXIT.fine;
}
