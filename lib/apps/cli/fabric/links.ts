/** `gpuwright fabric links`: from a switch's port to GPU, partition and owner, and back. */
import { GpuwrightError } from '../../../errors.ts';
import type { Baseboard, OwnedPartition, PartitionOnBoard, PlatformId, SwitchPort, TracedPort } from '../../../fabric/index.ts';
import { allPorts, BASEBOARDS, defaultPartitions, linksOfGpu, partitionsOnBoard, portsOfPartition, tracePort } from '../../../fabric/index.ts';
import { describeFailure } from '../failure.ts';
import { EXIT } from '../exit-code.ts';
import { findGpu } from '../gpu-id.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import type { FabricHost } from './host.ts';
import { withFabric } from './host.ts';
import { linksTable } from './links-view.ts';
import type { FabricOptions } from './options.ts';
import { platformOf } from './platform.ts';
import { survey } from './survey.ts';
import { known } from '../status-view.ts';

export interface LinksOptions extends FabricOptions {
  readonly switch?: number;
  readonly port?: number;
  /** Baseboard of the switch, from 1. */
  readonly tray?: 1 | 2;
  /** Index, UUID, PCI address, or `module:3`. */
  readonly gpu?: string;
  readonly partition?: number;
  readonly owner?: string;
  readonly platform?: PlatformId;
}

export interface Tenants {
  /** Fabric Manager's list, or the table that it has by default. */
  readonly from: 'fabric-manager' | 'default-table';
  readonly partitions: readonly PartitionOnBoard[];
  readonly owned: readonly OwnedPartition[];
}

export async function links(options: LinksOptions, ports: Ports): Promise<number> {
  demandOneQuestion(options);
  return await withFabric(options, ports, async (host) => {
    const { platform, why } = await platformOf(options.platform, host);
    if (platform === undefined) throw new GpuwrightError('INVALID_INPUT', `fabric links: the baseboard is not known, for ${why ?? ''}: name it with --platform`);
    const board = BASEBOARDS[platform];
    if (board.links.length === 0) throw new GpuwrightError('NOT_SUPPORTED', `fabric links: the wiring of ${board.name} is in no public document: nothing can be told`);
    const tenants = await tenantsOf(board, host, ports);
    const owners = new Map(tenants.owned.flatMap(({ id, owner }) => (owner === null ? [] : [[id, owner] as const])));
    const traced = (await portsAsked(board, tenants, options, host)).map((port) => tracePort(board, port, { partitions: tenants.partitions, owners }));
    const modules = await host.modulesForShow();
    const told = traced.map((port) => ({ ...port, gpu: gpuOf(port, (id) => modules.inModule(id)) }));
    ports.screen.out(
      options.json === true
        ? jsonText({ schema: 1, host: host.kind, platform, partitionsFrom: tenants.from, links: told.map(({ end, gpu, ...port }) => ({ ...port, kind: end.kind, gpu })) })
        : `${host.headline}${linksTable(board, traced, tenants, ports.screen)}`,
    );
    return EXIT.fine;
  });
}

function demandOneQuestion({ switch: nvSwitch, port, tray, gpu, partition, owner }: LinksOptions): void {
  if ([nvSwitch, gpu, partition, owner].filter((one) => one !== undefined).length > 1) throw new GpuwrightError('INVALID_INPUT', 'fabric links: more than one thing is asked for: give one of --switch, --gpu, --partition and --owner');
  if (nvSwitch === undefined && (port ?? tray) !== undefined) throw new GpuwrightError('INVALID_INPUT', 'fabric links: --port and --tray belong to a switch: add --switch N');
}

/** Without Fabric Manager the wiring is known all the same, only not who uses it. */
async function tenantsOf(board: Baseboard, host: FabricHost, ports: Ports): Promise<Tenants> {
  try {
    const owned = await survey(host);
    return { from: 'fabric-manager', partitions: partitionsOnBoard(host.fabric.listed), owned };
  } catch (error) {
    ports.screen.err(`gpuwright: partitions are those of the default table, and who has which is not known: ${describeFailure(error).message}\n`);
    return { from: 'default-table', partitions: defaultPartitions(board), owned: [] };
  }
}

async function portsAsked(board: Baseboard, { partitions, owned }: Tenants, { switch: nvSwitch, port, tray = 1, gpu, partition, owner }: LinksOptions, host: FabricHost): Promise<readonly SwitchPort[]> {
  if (nvSwitch !== undefined && port !== undefined) return [{ tray, nvSwitch, port }];
  if (nvSwitch !== undefined) {
    const found = allPorts(board).filter((one) => one.nvSwitch === nvSwitch && one.tray === tray);
    return found.length > 0 ? found : [{ tray, nvSwitch, port: board.firstPort }];
  }
  if (gpu !== undefined) return linksOfGpu(board, await moduleOf(gpu, host));
  const asked = partition !== undefined ? partitions.filter(({ id }) => id === partition) : owner !== undefined ? partitions.filter(({ id }) => owned.some((one) => one.id === id && one.owner === owner)) : undefined;
  if (asked === undefined) return partitions.flatMap(({ physicalIds }) => (physicalIds.length === 1 ? physicalIds : [])).flatMap((id) => linksOfGpu(board, id));
  if (asked.length === 0) throw partition !== undefined ? new GpuwrightError('PARTITION_NOT_FOUND', `partition ${partition}: there is none of that id: there are ${partitions.map(({ id }) => id).join(', ')}`) : new GpuwrightError('INVALID_INPUT', `owner ${JSON.stringify(owner)}: has no partition: \`gpuwright fabric partitions\` shows who has`);
  return asked.flatMap((one) => portsOfPartition(board, one));
}

async function moduleOf(gpu: string, host: FabricHost): Promise<number> {
  const said = /^module:(\d+)$/.exec(gpu)?.[1];
  if (said !== undefined) return Number(said);
  const answer = await host.nvml.answer();
  if ('failure' in answer) throw new GpuwrightError('MODULE_ID_UNKNOWN', `GPU '${gpu}': NVML cannot be asked which that is (${answer.failure}): name its module, such as module:3`);
  const address = known(findGpu(answer.gpus.map((one) => ({ gpu: one })), gpu).gpu.pciBusId) ?? '';
  return (await host.modules()).moduleAt(address);
}

function gpuOf({ end }: TracedPort, placeOf: (id: number) => { readonly pciBusId: string; readonly uuid: string | null } | undefined): object | null {
  if (end.kind !== 'gpu') return null;
  const place = placeOf(end.physicalId);
  return { physicalId: end.physicalId, link: end.gpuLink, pciBusId: place?.pciBusId ?? null, uuid: place?.uuid ?? null };
}
