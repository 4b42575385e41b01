/** `gpuwright status [--watch]`. */
import { GpuwrightError } from '../../errors.ts';
import type { TargetOptions } from './host-look.ts';
import { exitCodeOfLook, look } from './host-look.ts';
import type { Ports } from './ports.ts';
import { jsonText } from './reading-json.ts';
import { statusJson, statusText } from './status-view.ts';
import { watch } from './watch.ts';

export interface StatusOptions extends TargetOptions {
  readonly watch?: boolean;
  /** Milliseconds between two looks. */
  readonly interval?: number;
}

/** Resolves with the exit status. */
export async function status(options: StatusOptions, ports: Ports): Promise<number> {
  if (options.watch === true) return watch(options, ports);
  if (options.interval !== undefined) throw new GpuwrightError('INVALID_INPUT', 'status: --interval without --watch means nothing: add --watch, or leave it out');
  const seen = await look(options, ports);
  ports.screen.out(options.json === true ? jsonText(statusJson(seen)) : statusText(seen, ports.screen));
  return exitCodeOfLook(seen.judged);
}
