/** Which baseboard is meant: as it is said, else by the host's GPUs. */
import type { PlatformId } from '../../../fabric/index.ts';
import { platformOfGpus } from '../../../fabric/index.ts';
import type { FabricHost } from './host.ts';

/** Undefined where that cannot be known; `why` says so. */
export async function platformOf(said: PlatformId | undefined, host: FabricHost): Promise<{ readonly platform?: PlatformId; readonly why?: string }> {
  if (said !== undefined) return { platform: said };
  const answer = await host.nvml.answer();
  if ('failure' in answer) return { why: `the GPUs cannot be asked (${answer.failure})` };
  const names = answer.gpus.flatMap((gpu) => (gpu.name.state === 'value' ? [gpu.name.value] : []));
  const platform = platformOfGpus(names);
  return platform === undefined ? { why: `these GPUs are on no known baseboard (${[...new Set(names)].join(', ') || 'none'})` } : { platform };
}
