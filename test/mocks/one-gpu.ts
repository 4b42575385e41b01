/** Hosts with a single GPU of a model that no profile of ours has. */
import { join } from 'node:path';

export function oneGpu(model: 'b200-sxm-180' | 'rtx-3090'): string {
  return join(import.meta.dirname, 'hosts', `${model}.json`);
}
