/**
 * What makes a pending page excluded, the cheapest first (NVIDIA Dynamic Page Retirement, section 4: options for reattaching).
 */
import type { Reading } from '../telemetry/reading.ts';

export type CureId = 'reattach' | 'gpu-reset' | 'driver-reload' | 'reboot';

export interface Cure {
  readonly id: CureId;
  readonly action: string;
  /** What must be true first; absent: nothing. */
  readonly condition?: string;
  /** Who is touched. */
  readonly scope: 'gpu' | 'host';
}

/** @param persistence persistence mode of the GPU: with it off the driver detaches by itself when the last client has gone */
export function pendingPageCures(persistence: Reading<boolean>): Cure[] {
  const off = persistence.state === 'value' && !persistence.value;
  return [
    {
      id: 'reattach',
      action: 'let the driver attach the GPU anew: end all processes on it, wait some seconds, start one again',
      condition: off ? 'persistence mode is off, as it must be' : persistence.state === 'value' ? 'needs persistence mode off; it is on' : 'needs persistence mode off; it could not be read',
      scope: 'gpu',
    },
    { id: 'gpu-reset', action: 'reset the GPU', condition: 'needs every process on it ended', scope: 'gpu' },
    { id: 'driver-reload', action: 'reload the driver', condition: 'needs every process on all GPUs ended', scope: 'host' },
    { id: 'reboot', action: 'reboot the host', scope: 'host' },
  ];
}
