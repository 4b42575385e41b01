/** Hosts of two GPUs that the package itself does not have: files for `profile`. */
import { join } from 'node:path';

const file = (model: string): string => join(import.meta.dirname, `${model}.json`);

export const B200 = file('b200-sxm-180'), RTX_3090 = file('rtx-3090'), S_CLASS = file('s-class'), T4 = file('t4');
