/** Fabric Manager of a host with NVSwitches: the partitions of its board, and its configuration file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GpuwrightError } from '../../lib/errors.ts';
import { packageRoot } from '../../lib/package-root.ts';
import type { AttributeTree } from './attributes.ts';
import { JsonReader, readJson } from './json-reader.ts';
import type { FabricMode, MachineAttribute } from './types.ts';

export const FABRIC_MODES = ['bare-metal', 'shared', 'vgpu'] as const satisfies readonly FabricMode[];

export interface Partition {
  readonly id: number;
  /** Module ids, as a list: `1-4,9-12`. */
  readonly gpus: string;
  readonly links: number;
}

/** One file a board in mocks/profiles/partitions. */
export interface PartitionTable {
  readonly platform: string;
  readonly partitions: readonly Partition[];
}

/** `what` names the place that asks for it. */
export function readPartitions(name: string, what: string): PartitionTable {
  const folder = join(packageRoot(), 'mocks/profiles/partitions');
  const file = join(folder, `${name}.json`);
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) {
    const known = readdirSync(folder).map((entry) => basename(entry, '.json'));
    throw new GpuwrightError('INVALID_INPUT', `${what}: partitions "${name}" are not known: choose one of ${known.sort().join(', ')}`);
  }
  const from = new JsonReader(file, '', readJson(file));
  from.onlyKeys('description', 'platform', 'partitions');
  const partitions = from.list('partitions').map((row) => {
    row.onlyKeys('id', 'gpus', 'links');
    return { id: row.number('id', 0, 0xffff), gpus: row.text('gpus'), links: row.number('links', 0, 64) };
  });
  return { platform: from.text('platform'), partitions };
}

function membersOf(gpus: string): number[] {
  return gpus.split(',').flatMap((part) => {
    const [first = NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The daemon as it runs on a host with these GPUs; partitions of GPUs that are not there do not exist. */
export function fabricManagerAttributes({ platform, partitions }: PartitionTable, moduleIds: ReadonlySet<number>, mode: FabricMode): AttributeTree {
  if (platform === 'hgx-2' && mode === 'vgpu') throw new GpuwrightError('INVALID_INPUT', 'fabric mode: HGX-2 has no vgpu mode: choose bare-metal or shared');
  const there = partitions.filter(({ gpus }) => membersOf(gpus).every((id) => moduleIds.has(id)));
  return { 'fabric-manager': { platform, state: 'up', mode, partition: there.map(({ id, gpus, links }) => ({ id, gpus, links })) } };
}

/** Which attribute each key of the file stands for. */
const KEYS: Readonly<Record<string, string>> = {
  FABRIC_MODE: 'mode',
  FABRIC_MODE_RESTART: 'mode-restart',
  FM_CMD_BIND_INTERFACE: 'interface',
  FM_CMD_PORT_NUMBER: 'port',
  FM_CMD_UNIX_SOCKET_PATH: 'unix-socket',
  FM_STAY_RESIDENT_ON_FAILURES: 'stay-resident',
  ACCESS_LINK_FAILURE_MODE: 'access-link-failure-mode',
  TRUNK_LINK_FAILURE_MODE: 'trunk-link-failure-mode',
  NVSWITCH_FAILURE_MODE: 'nvswitch-failure-mode',
};

/** fabricmanager.cfg that says what the running daemon does, and that it keeps its state in `stateFile`. */
export function configurationText(attributes: readonly MachineAttribute[], stateFile: string): string {
  const values = new Map(attributes.map(({ name, value }) => [name, value]));
  const written = (key: string, attribute: string): string => {
    const value = values.get(`fabric-manager.${attribute}`) ?? '';
    if (key === 'FABRIC_MODE') return String(FABRIC_MODES.findIndex((mode) => mode === value));
    return value === 'on' ? '1' : value === 'off' ? '0' : value === 'unsupported' ? '' : value;
  };
  let text = readFileSync(join(packageRoot(), 'mocks/profiles/fabricmanager.cfg'), 'utf8');
  // What stands behind the value stays: the vendor's own file has a blank there.
  for (const [key, attribute] of Object.entries(KEYS)) text = text.replace(new RegExp(`^${key}=\\S*`, 'm'), () => `${key}=${written(key, attribute)}`);
  return text.replace(/^STATE_FILE_NAME=.*$/m, () => `STATE_FILE_NAME=${stateFile}`);
}

/** Names that libnvfm.so.1 exports. */
export function fabricManagerFunctions(root: string): readonly string[] {
  return (JSON.parse(readFileSync(join(root, 'mocks/generated/nvfm-functions.json'), 'utf8')) as { functions: string[] }).functions;
}
