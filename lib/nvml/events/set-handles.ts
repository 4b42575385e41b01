/** The sets themselves: one for GPUs, and one for the host where that is wanted and the driver has it. */
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import { functionCall } from '../../library/library-call.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { unsupported } from '../../telemetry/reading.ts';
import { readingOf } from '../field.ts';
import { told } from '../readings/ask.ts';
import type { NvmlSession } from '../session/session.ts';
import type { SystemEventType, WantedEvents } from './event-types.ts';
import { systemEventTypesIn } from './event-types.ts';

export interface SetHandles {
  readonly set: bigint;
  /** Undefined where there is none. */
  readonly system: bigint | undefined;
  /** What is registered with it. */
  readonly systemTypes: Reading<readonly SystemEventType[]>;
}

/** Throws where there can be no set for GPUs. */
export async function createSets(session: NvmlSession, lane: string, wanted: WantedEvents, options: { readonly deadlineMs: number; readonly nativeGeneration: number }): Promise<SetHandles> {
  const [created] = await session.onLane(lane, [functionCall(c.nvmlEventSetCreate, {})] as const, options);
  const { set } = told(created);
  if (wanted.system === 0n) return { set, system: undefined, systemTypes: unsupported };
  const [createdSystem] = await session.onLane(lane, [functionCall(c.nvmlSystemEventSetCreate, { request: {} })] as const, options);
  if (!createdSystem.ok) return { set, system: undefined, systemTypes: readingOf(() => told(createdSystem) as never) };
  const system = createdSystem.outputs.request.set;
  const [registered] = await session.onLane(lane, [functionCall(c.nvmlSystemRegisterEvents, { request: { eventTypes: wanted.system, set: system } })] as const, options);
  return { set, system, systemTypes: readingOf(() => (told(registered), systemEventTypesIn(wanted.system))) };
}

export function freeingCalls({ set, system }: SetHandles): readonly LibraryCall<unknown>[] {
  const freeSet = functionCall(c.nvmlEventSetFree, { set });
  return system === undefined ? [freeSet] : [freeSet, functionCall(c.nvmlSystemEventSetFree, { request: { set: system } })];
}
