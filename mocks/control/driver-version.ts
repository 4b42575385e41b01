/** What a driver's version says about its library. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GpuwrightError } from '../../lib/errors.ts';

/**
 * CUDA release by driver branch, as nvmlSystemGetCudaDriverVersion encodes it. From the pairing of header release and driver
 * branch in NVML's header history; for 440, which has no stored header, from its release notes.
 */
const CUDA_BY_BRANCH: readonly (readonly [branch: number, cuda: number])[] = [
  [610, 13030], [595, 13020], [590, 13010], [580, 13000], [575, 12090], [570, 12080], [565, 12070], [560, 12060], [555, 12050],
  [550, 12040], [545, 12030], [535, 12020], [530, 12010], [525, 12000], [520, 11080], [515, 11070], [510, 11060], [495, 11050],
  [470, 11040], [465, 11030], [460, 11020], [455, 11010], [450, 11000], [440, 10020],
];

/** Of no older library the exported names are known. */
export const OLDEST_BRANCH = 440;

export interface DriverVersion {
  /** `535.129.03` */
  readonly text: string;
  readonly branch: number;
  /** `12020` for CUDA 12.2 */
  readonly cuda: number;
}

/** `what` names the place in messages. */
export function parseDriverVersion(text: string, what = 'driver'): DriverVersion {
  const match = /^(\d{3})\.\d{1,3}(\.\d{1,3})?$/.exec(text);
  if (!match) throw new GpuwrightError('INVALID_INPUT', `${what}: "${text}" is not a driver version: write one like 535.129.03`);
  const branch = Number(match[1]);
  const cuda = CUDA_BY_BRANCH.find(([first]) => first <= branch)?.[1];
  if (cuda === undefined) {
    throw new GpuwrightError('INVALID_INPUT', `${what}: ${text} is older than branch ${OLDEST_BRANCH}, the oldest whose library is known: choose a newer one`);
  }
  return { text, branch, cuda };
}

/** Every name that the mock library exports, with the first driver branch that has it. */
export function firstDrivers(root: string): ReadonlyMap<string, number> {
  const { firstDriver } = JSON.parse(readFileSync(join(root, 'mocks/generated/nvml-first-driver.json'), 'utf8')) as { firstDriver: Record<string, number> };
  return new Map(Object.entries(firstDriver));
}

/**
 * What a branch got after its first release: the vendor's command-line tool of `release` asks for it, and that tool comes with the library.
 * An earlier release may have it already.
 */
const ADDED_LATER: readonly { readonly branch: number; readonly release: number; readonly symbols: readonly string[] }[] = [
  {
    branch: 450,
    release: 248,
    symbols: ['nvmlDeviceGetComputeRunningProcesses_v2', 'nvmlDeviceGetGraphicsRunningProcesses_v2', 'nvmlDeviceGetRowRemapperHistogram'],
  },
  { branch: 535, release: 261, symbols: ['nvmlDeviceGetLastBBXFlushTime', 'nvmlDeviceGetSramEccErrorStatus'] },
];

function addedLater({ branch, text }: DriverVersion): ReadonlySet<string> {
  const release = Number(text.split('.')[1]);
  return new Set(ADDED_LATER.filter((added) => added.branch === branch && release >= added.release).flatMap(({ symbols }) => symbols));
}

/** The names that a library of this driver does not have. */
export function absentIn(driver: DriverVersion, symbols: ReadonlyMap<string, number>): Set<string> {
  const added = addedLater(driver);
  return new Set([...symbols].filter(([name, first]) => first > driver.branch && !added.has(name)).map(([name]) => name));
}
