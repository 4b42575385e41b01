/** Hosts with a single GPU of a model that no profile of ours has alone. */
import { join } from 'node:path';

export function oneGpu(model: 'b200-sxm-180' | 'rtx-3090' | 't4'): string {
  return join(import.meta.dirname, 'hosts', `${model}.json`);
}
