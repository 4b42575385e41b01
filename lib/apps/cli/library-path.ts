/** Is the library that the loader will find a simulated host's? */
import { statSync } from 'node:fs';
import { join } from 'node:path';

const LIBRARY = 'libnvidia-ml.so.1';
const SUFFIX = '.lib';

/**
 * The machine file whose `FILE.lib` is the first folder of LD_LIBRARY_PATH with an NVML library in it, as after
 * `gpuwright simulate run`. Undefined where that folder is another one.
 */
export function machineOnLibraryPath(libraryPath: string | undefined): string | undefined {
  for (const folder of (libraryPath ?? '').split(/[:;]/).filter((part) => part !== '')) {
    if (!isFile(join(folder, LIBRARY))) continue;
    const trimmed = folder.replace(/\/+$/, '');
    const file = trimmed.slice(0, -SUFFIX.length);
    return trimmed.endsWith(SUFFIX) && isFile(file) ? file : undefined;
  }
  return undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
