/**
 * What makes a pending page excluded (NVIDIA Dynamic Page Retirement, section 4: options for reattaching) and what carries out a pending
 * row remapping (NVIDIA GPU Memory Error Management, row remapping), the cheapest first.
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

const RESET: Cure = { id: 'gpu-reset', action: 'reset the GPU', condition: 'needs every process on it ended', scope: 'gpu' };
const REBOOT: Cure = { id: 'reboot', action: 'reboot the host', scope: 'host' };

/** What carries out a recorded row remapping: only a reset does; a driver that merely attaches anew does not. */
export function pendingRowCures(): Cure[] {
  return [RESET, REBOOT];
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
    RESET,
    { id: 'driver-reload', action: 'reload the driver', condition: 'needs every process on all GPUs ended', scope: 'host' },
    REBOOT,
  ];
}
