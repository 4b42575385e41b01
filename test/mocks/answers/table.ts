/**
 * What the mock answers, as rows: what a function says, what is done to the machine, and what it says then. A function counts as mocked
 * only if it has a row here (`npm run coverage:nvml`), and the tests play every row.
 */
import type { NvmlSymbol } from '../../../lib/abi/index.ts';
import type { RawNvml } from '../../../lib/nvml/raw/raw.ts';
import type { CreateOptions, Machine, MachineSettings } from '../../../mocks/control/index.ts';

/** One simulated host with an opened NVML on it. */
export interface AnswerHost {
  readonly machine: Machine;
  readonly raw: RawNvml;
  /** GPU 0 and, where there are more, GPU 1. */
  readonly device: bigint;
  readonly other: bigint;
  /** Attributes of GPU 0. */
  set(settings: MachineSettings): Promise<void>;
  setHost(settings: MachineSettings): Promise<void>;
  /** Ends NVML's use of the machine, does it, and begins anew: with new handles. */
  without(action: () => Promise<void>): Promise<void>;
}

export interface AnswerRow {
  /** Default: `hgx-a100-8` with two GPUs and the newest known driver. */
  readonly profile?: string;
  readonly options?: Omit<CreateOptions, 'profile' | 'force'>;
  /** Done before anything is asked. */
  readonly prepare?: (host: AnswerHost) => unknown;
  /** Asks; an error of NVML's counts as the answer `refused(…)`. */
  readonly read: (host: AnswerHost) => unknown;
  /** As for `toMatchObject`. */
  readonly before: unknown;
  readonly change: (host: AnswerHost) => unknown;
  readonly after: unknown;
}

export type AnswerTable = Partial<Record<NvmlSymbol, AnswerRow | readonly AnswerRow[]>>;

/** The answer of a call that fails. */
export function refused(code: string): { readonly refused: string } {
  return { refused: code };
}

/** What a product never answers: the rest of a row, which ends with the GPU off the bus. */
export function refusedUntilLost(code: string): Pick<AnswerRow, 'before' | 'change' | 'after'> {
  return { before: refused(code), change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }), after: refused('GPU_IS_LOST') };
}

/** Sets attributes of GPU 0. */
export function set(settings: MachineSettings): (host: AnswerHost) => Promise<void> {
  return (host) => host.set(settings);
}

/** Sets attributes of the host. */
export function setHost(settings: MachineSettings): (host: AnswerHost) => Promise<void> {
  return (host) => host.setHost(settings);
}
