/** Hosts of two GPUs for models that no host of the package has alone: files for `profile`. */
import { join } from 'node:path';

const file = (model: string): string => join(import.meta.dirname, `${model}.json`);

export const B200 = file('b200-sxm-180'), RTX_3090 = file('rtx-3090'), T4 = file('t4');
