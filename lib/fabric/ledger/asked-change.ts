/**
 * A change that is believed only when a list shows it. Return codes are ambiguous in the field: a clash is told in two ways, a repeated
 * deactivation in two, and a time-out may have succeeded. So whatever the call says, Fabric Manager is asked again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { GpuwrightError, isGpuwrightError, type ErrorCode } from '../../errors.ts';
import type { Partition } from '../types.ts';
import { checkedList } from './observe.ts';
import type { Ports } from './ports.ts';

export interface AskedChange {
  readonly partitions: readonly Partition[];
  readonly happened: boolean;
  /** What the call said; undefined where it said that all is well. */
  readonly failure: Error | undefined;
}

/** With these Fabric Manager has turned the request down: nothing of it is under way. With any other the change may still come. */
const TURNED_DOWN: ReadonlySet<ErrorCode> = new Set([
  'IN_USE',
  'INVALID_ARGUMENT',
  'INVALID_INPUT',
  'NOT_SUPPORTED',
  'NVLINK_FAILED',
  'PARTITION_NOT_FOUND',
  'PARTITION_NOT_ACTIVE',
  'FABRIC_NOT_READY',
  'UNINITIALIZED',
  'VERSION_MISMATCH',
]);

export function wasTurnedDown(failure: Error | undefined): failure is GpuwrightError {
  return isGpuwrightError(failure) && TURNED_DOWN.has(failure.code);
}

/** Rejects with `OUTCOME_UNKNOWN` where Fabric Manager cannot be asked afterwards. */
export async function changeAndAsk(ports: Ports, what: string, change: () => Promise<void>, isDone: (partitions: readonly Partition[]) => boolean): Promise<AskedChange> {
  let failure: Error | undefined;
  await ports.stage(`${what}: before the call`);
  try {
    await change();
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  await ports.stage(`${what}: after the call`);
  let unanswered: unknown;
  let partitions: readonly Partition[] | undefined;
  for (let again = 0; again <= ports.askAgain.times; again += 1) {
    if (again > 0) await pause(ports.askAgain.pauseMs);
    try {
      // Without the caller's signal: who stops waiting still needs to know what has been done in its name.
      partitions = checkedList(await ports.control.partitions());
    } catch (error) {
      unanswered = error;
      // Turned down twice: it is not busy with the change, it waits for something else, and a window may be running.
      if (wasTurnedDown(failure) && wasTurnedDown(error instanceof Error ? error : undefined)) break;
      continue;
    }
    if (isDone(partitions)) return { partitions, happened: true, failure };
    if (wasTurnedDown(failure)) break;
  }
  if (partitions === undefined) throw outcomeUnknown(what, failure ?? unanswered, `Fabric Manager does not say what is active (${words(unanswered)})`);
  return { partitions, happened: false, failure };
}

export function outcomeUnknown(what: string, cause: unknown, why: string): GpuwrightError {
  const after = cause === undefined ? '' : ` after ${words(cause)}`;
  return new GpuwrightError('OUTCOME_UNKNOWN', `${what}: may have been done or not${after}, ${why}: it is kept in the record; ask again, or reconcile`, { cause });
}

function words(error: unknown): string {
  if (isGpuwrightError(error) && error.code === 'OUTCOME_UNKNOWN' && error.cause !== undefined) return words(error.cause);
  return isGpuwrightError(error) ? error.code : error instanceof Error ? error.message : String(error);
}
