/** What the ledger asks of those around it. */
import { waitFor } from '../../library/wait-for.ts';
import type { ModuleIdSource } from '../module-ids/module-ids.ts';
import type { PartitionControl } from '../types.ts';
import type { Stage } from './record-store.ts';
import type { Liveness } from './restore-set.ts';

/** Whether a GPU may be given to an owner. `why` is told to whoever asked: `a row remap is pending`. */
export type MemberHealth = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface LedgerOptions {
  readonly control: PartitionControl;
  /**
   * The health of the GPU in a module: lost, remap pending, recovery action, quarantined. Fabric Manager lists partitions whatever the
   * health of their GPUs. Unknown is not healthy: what rejects or cannot tell is refused.
   */
  readonly memberHealth: (physicalId: number) => MemberHealth | Promise<MemberHealth>;
  /** Whether an owner (a guest, a job) still lives. Default: unknown. */
  readonly isAlive?: (owner: string) => Liveness | Promise<Liveness>;
  /** Which GPU sits in which module; without it only GPUs that Fabric Manager itself names are known. */
  readonly moduleIds?: ModuleIdSource;
  /** Default `/var/lib/gpuwright/fabric`. */
  readonly folder?: string;
  /** Milliseconds to wait for another process that changes partitions; default 30,000. */
  readonly lockDeadlineMs?: number;
  /** How often, and how long apart, Fabric Manager is asked again where a change is not to be seen; default 5 times, 1000 ms. */
  readonly askAgain?: { readonly times: number; readonly pauseMs: number };
  /**
   * Milliseconds after which an activation that is still not to be seen is believed not to come. Default 75,000: the library gives up
   * on a silent daemon after 70 s.
   */
  readonly settleMs?: number;
  /** Milliseconds for one answer of `isAlive` or `memberHealth`, after which it counts as unknown; default 10,000. Others wait for the lock meanwhile. */
  readonly answerMs?: number;
  readonly now?: () => number;
  /** Awaited at every step between which a process may die, so that a test can end it there. */
  readonly stage?: Stage;
}

export interface Ports {
  readonly control: PartitionControl;
  /** Never rejects. */
  readonly memberHealth: (physicalId: number) => Promise<MemberHealth>;
  /** Never rejects. */
  readonly isAlive: (owner: string) => Promise<Liveness>;
  readonly moduleIds: ModuleIdSource | undefined;
  readonly askAgain: NonNullable<LedgerOptions['askAgain']>;
  readonly settleMs: number;
  readonly now: () => number;
  readonly stage: Stage;
}

export function portsOf(options: LedgerOptions): Ports {
  const { isAlive = () => 'unknown' as const, memberHealth, answerMs = 10_000 } = options;
  const inTime = async <T>(ask: () => T | Promise<T>): Promise<T> => await waitFor((async () => await ask())(), { deadlineMs: answerMs }, () => new Error(`no answer within ${answerMs} ms`));
  return {
    control: options.control,
    // Not healthy and not dead: whoever cannot tell, or does not come back, has told nothing.
    memberHealth: async (physicalId) => {
      try {
        return await inTime(() => memberHealth(physicalId));
      } catch (error) {
        return { ok: false, why: `its health is not known (${error instanceof Error ? error.message : String(error)})` };
      }
    },
    isAlive: async (owner) => {
      try {
        return await inTime(() => isAlive(owner));
      } catch {
        return 'unknown';
      }
    },
    moduleIds: options.moduleIds,
    askAgain: options.askAgain ?? { times: 5, pauseMs: 1000 },
    settleMs: options.settleMs ?? 75_000,
    now: options.now ?? Date.now,
    stage: options.stage ?? (() => undefined),
  };
}
