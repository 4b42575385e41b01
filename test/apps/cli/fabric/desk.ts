/** The fabric commands on a host of fakes: eight H100, of which NVML tells the modules, and a Fabric Manager in the test's hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Daemon, FabricPorts } from '../../../../lib/apps/cli/fabric/ports.ts';
import { GpuwrightError } from '../../../../lib/errors.ts';
import type { CallOptions, ConnectOptions, Partition } from '../../../../lib/fabric/index.ts';
import type { GpuSnapshot } from '../../../../lib/nvml/types.ts';
import { valueOf } from '../../../../lib/telemetry/reading.ts';
import { rowRemappingCard } from '../../../diagnosis/cards.ts';
import { addressOf } from '../../../fabric/ledger/desk.ts';
import { SimulatedFabric } from '../../../fabric/simulated-fabric.ts';
import type { FakeWorld, Ran } from '../fakes.ts';
import { cli } from '../fakes.ts';

const MODULES = [1, 2, 3, 4, 5, 6, 7, 8];
export const UP: Daemon = { running: true, pid: 100, restartMode: false, version: '580.65.06', state: 'active (running)', since: new Date('2026-01-01T00:00:00Z'), endedFor: null, restarts: 0, mode: 'shared' };

export interface FabricDesk {
  readonly folder: string;
  readonly fabric: SimulatedFabric;
  readonly gpus: GpuSnapshot[];
  /** What was asked of who sits at the terminal. */
  readonly questions: string[];
  readonly connections: ConnectOptions[];
  ports: Partial<FabricPorts>;
  /** Its record is in `folder` unless --state is among the words. */
  fabricCli(...words: string[]): Promise<Ran>;
  /** The document that --json prints. */
  json(...words: string[]): Promise<Record<string, unknown>>;
}

export function card(module: number, changes: Partial<GpuSnapshot> = {}): GpuSnapshot {
  return rowRemappingCard({ index: module - 1, pciBusId: valueOf(addressOf(module)), uuid: valueOf(`GPU-${module}`), moduleId: valueOf(module), ...changes });
}

export async function fabricDesk(world: FakeWorld = {}): Promise<FabricDesk> {
  const folder = await mkdtemp(join(tmpdir(), 'gpuwright-fabric-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const fabric = new SimulatedFabric('h100');
  const desk: FabricDesk = {
    folder,
    fabric,
    gpus: MODULES.map((module) => card(module)),
    questions: [],
    connections: [],
    ports: {},
    fabricCli: async (...words) => {
      const state = words.includes('--state') || words[0] === 'config' ? [] : ['--state', folder];
      return await cli({ looks: [desk.gpus], ...world, ports: { fabric: async () => fabricPorts(desk), ...world.ports } }, 'fabric', ...words, ...state);
    },
    json: async (...words) => JSON.parse((await desk.fabricCli(...words, '--json')).out) as Record<string, unknown>,
  };
  return desk;
}

function fabricPorts(desk: FabricDesk): FabricPorts {
  const { fabric } = desk;
  // A GPU that is alone has no NVLinks.
  const partitions = async (calls?: CallOptions): Promise<readonly Partition[]> =>
    (await fabric.partitions(calls)).map((partition) => (partition.gpus.length > 1 ? partition : { ...partition, gpus: partition.gpus.map((gpu) => ({ ...gpu, nvLinksAvailable: 0, nvLinksMax: 0 })) }));
  return {
    connect: async (_machine, options) => {
      desk.connections.push(options);
      return {
        libraryPath: 'libnvfm.so.1',
        backendName: 'fake',
        partitions,
        partitionList: async (calls) => ({ partitions: await partitions(calls), maxPartitions: 15 }),
        unsupportedPartitions: async () => [{ id: 3, physicalIds: [1, 3] }],
        failedDevices: async () => ({ gpus: [], switches: [] }),
        activate: (id, calls) => fabric.activate(id, calls),
        deactivate: (id, calls) => fabric.deactivate(id, calls),
        restoreActivated: (ids, calls) => fabric.restoreActivated(ids, calls),
        close: async () => undefined,
      };
    },
    daemon: async () => UP,
    driverVersion: async () => '580.65.06',
    presentGpus: async () => MODULES.map(addressOf),
    nvidiaSmi: async () => '',
    readText: async (file) => {
      throw new GpuwrightError('INVALID_INPUT', `${file}: is not there`);
    },
    canAsk: false,
    confirm: async (question) => {
      desk.questions.push(question);
      return true;
    },
    ...desk.ports,
  };
}
