/** How fast a timeline is played. */
import { GpuwrightError } from '../../../errors.ts';

export interface SpeedOptions {
  readonly speed?: number;
  readonly atOnce?: boolean;
}

export function speedOf({ speed, atOnce }: SpeedOptions): number {
  if (speed !== undefined && atOnce === true) throw new GpuwrightError('INVALID_INPUT', '--speed and --at-once contradict each other: leave one out');
  return atOnce === true ? Infinity : (speed ?? 1);
}
