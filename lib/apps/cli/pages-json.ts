/** `gpuwright pages --json`: page retirement alone, one combined state per GPU. */
import type { GpuSnapshot, RetiredPage } from '../../nvml/types.ts';
import type { Reading, ReadingError } from '../../telemetry/reading.ts';
import { hex } from './reading-json.ts';
import { known } from './status-view.ts';

export interface PageRetirement {
  readonly pending: boolean;
  readonly pages: readonly RetiredPage[];
}

/**
 * The pages and the pending flag as one reading: a value only where both are, since pages without the flag do not say what has to be
 * done. The worse state wins: failed, then unsupported, then stale.
 */
export function pageRetirement(gpu: GpuSnapshot): Reading<PageRetirement> {
  const { retiredPages: pages, pageRetirementPending: pending } = gpu;
  if (pages.state === 'failed') return pages;
  if (pending.state === 'failed') return pending;
  if (pages.state === 'unsupported' || pending.state === 'unsupported') return { state: 'unsupported' };
  const value = { pending: pending.value, pages: pages.value };
  if (pages.state === 'value' && pending.state === 'value') return { state: 'value', value };
  const ageMs = Math.max(pages.state === 'stale' ? pages.ageMs : 0, pending.state === 'stale' ? pending.ageMs : 0);
  return { state: 'stale', value, ageMs };
}

export function pagesJson(gpus: readonly GpuSnapshot[]): unknown {
  return {
    schema: 1,
    gpus: gpus.map((gpu) => {
      const retirement = pageRetirement(gpu);
      const fresh = retirement.state === 'value' ? retirement.value : undefined;
      const error: ReadingError | null = retirement.state === 'failed' ? retirement.error : null;
      return {
        index: gpu.index,
        uuid: known(gpu.uuid),
        pciBusId: known(gpu.pciBusId),
        retirement: retirement.state,
        error,
        pending: fresh?.pending ?? null,
        retiredPages: fresh?.pages.map((page) => ({ address: hex(page.address), cause: page.cause, retiredAt: isoTime(page.retiredAt) })) ?? null,
      };
    }),
  };
}

/** A driver may give a number that is no time; then there is none. */
export function isoTime(time: Date | undefined): string | null {
  return time === undefined || Number.isNaN(time.getTime()) ? null : time.toISOString();
}
