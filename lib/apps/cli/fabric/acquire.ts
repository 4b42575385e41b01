/** `gpuwright fabric acquire --owner NAME --gpus N | --modules 1,3 | --pci …`. */
import { GpuwrightError } from '../../../errors.ts';
import type { Acquired, AcquireOptions as LedgerAcquireOptions, PartitionRequest } from '../../../fabric/index.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { wrap } from '../table.ts';
import { consent } from './consent.ts';
import type { FabricHost } from './host.ts';
import { withFabric } from './host.ts';
import type { GivingOptions } from './options.ts';
import { namedGpus } from './survey.ts';
import { counted, gpusText, leftText } from './words.ts';

export interface AcquireOptions extends GivingOptions {
  readonly owner: string;
  readonly gpus?: number;
  readonly modules?: readonly number[];
  readonly pci?: readonly string[];
  /** Module ids. */
  readonly exclude?: readonly number[];
  readonly dryRun?: boolean;
}

export async function acquire(options: AcquireOptions, ports: Ports): Promise<number> {
  const request = requestOf(options);
  return await withFabric(options, ports, async (host) => {
    const ledger = host.ledger();
    const wishes: LedgerAcquireOptions = {
      ...(options.vf !== undefined && { virtualFunctions: options.vf }),
      ...(options.exclude !== undefined && { exclude: options.exclude }),
    };
    const plan = options.dryRun === true || options.yes !== true ? await ledger.acquire(options.owner, request, { ...wishes, dryRun: true }) : undefined;
    if (plan !== undefined && options.dryRun !== true && !plan.repeated) await consent('fabric acquire', planLines(await named(plan, host)), options, host, ports);
    // Exactly what was shown, whatever has become free meanwhile.
    const wanted = plan !== undefined && 'gpus' in request ? { moduleIds: plan.gpus.map((gpu) => gpu.physicalId) } : request;
    const taken = await named(plan !== undefined && options.dryRun === true ? plan : await ledger.acquire(options.owner, wanted, wishes), host);
    ports.screen.out(options.json === true ? jsonText(acquiredJson(taken, host)) : `${host.headline}${acquiredLines(taken).map((line) => wrap(line, ports.screen.columns, '  ')).join('\n')}\n`);
    return EXIT.fine;
  });
}

function requestOf({ gpus, modules, pci, vf }: AcquireOptions): PartitionRequest {
  const given = [gpus, modules, pci].filter((one) => one !== undefined);
  if (given.length !== 1) throw new GpuwrightError('INVALID_INPUT', `fabric acquire: ${given.length === 0 ? 'no GPUs are asked for' : 'GPUs are asked for in more than one way'}: give one of --gpus, --modules and --pci`);
  if (gpus !== undefined && vf !== undefined) throw new GpuwrightError('INVALID_INPUT', 'fabric acquire: --vf belongs to GPUs that --gpus does not name: name them with --modules or --pci, in the same order');
  if (gpus !== undefined) return { gpus };
  return modules !== undefined ? { moduleIds: modules } : { pciBusIds: pci ?? [] };
}

async function named(acquired: Acquired, host: FabricHost): Promise<Acquired> {
  return { ...acquired, gpus: namedGpus(acquired.gpus, await host.modulesForShow()) };
}

export function planLines({ owner, partitionId, gpus, virtualFunctions, left, refused }: Acquired): string[] {
  return [
    `Activates partition ${partitionId} for ${owner}: ${gpusText(gpus)}.`,
    ...(virtualFunctions.length > 0 ? [`Virtual functions, in the same order: ${virtualFunctions.join(', ')}.`] : []),
    `Left free after it: ${leftText(left)}.`,
    ...refusedLines(refused),
  ];
}

function acquiredLines(acquired: Acquired): string[] {
  const { owner, partitionId, gpus, dryRun, repeated, left, refused, resolved, virtualFunctions } = acquired;
  if (dryRun && !repeated) return ['Dry run, nothing is changed.', ...planLines(acquired)];
  return [
    `${owner} has partition ${partitionId}${repeated ? ' already' : ''}: ${gpusText(gpus)}.`,
    ...(virtualFunctions.length > 0 ? [`Virtual functions, in the same order: ${virtualFunctions.join(', ')}.`] : []),
    `Left free: ${leftText(left)}.`,
    ...refusedLines(refused),
    ...resolved.map(({ operation, outcome }) => `An unfinished ${operation.kind === 'activate' ? 'activation' : 'release'} of partition ${operation.partitionId} by ${operation.owner} ${outcome === 'happened' ? 'has happened' : 'has not happened'}.`),
  ];
}

/** Those that somebody has are no news; those that somebody has to look after are. */
function refusedLines(refused: Acquired['refused']): string[] {
  const why = [...new Set(refused.flatMap(({ refusals }) => refusals.filter(({ kind }) => !['active', 'held', 'excluded'].includes(kind)).map((refusal) => refusal.why)))];
  return why.length === 0 ? [] : [`Not given (${counted(why.length, 'reason')}): ${why.join('; ')}.`];
}

/** The partition as `partitions --json` shows it, and what else is known. */
function acquiredJson({ owner, partitionId, gpus, dryRun, repeated, ...rest }: Acquired, host: FabricHost): unknown {
  return { schema: 1, host: host.kind, id: partitionId, active: repeated || !dryRun, owner, gpus, repeated, dryRun, ...rest };
}
