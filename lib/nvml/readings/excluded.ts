/** GPUs that the driver leaves alone because it was told so (its option `NVreg_ExcludedGpus`). */
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import { functionCall } from '../../library/library-call.ts';
import { canonicalPci } from '../identity.ts';
import { atMost } from '../plausible.ts';
import type { AskLibrary } from './ask.ts';
import { told } from './ask.ts';

export interface ExcludedGpu {
  readonly uuid: string;
  /** `00000000:3B:00.0` */
  readonly pciBusId: string;
}

const MOST_GPUS = 1024;

export async function readExcluded(ask: AskLibrary): Promise<readonly ExcludedGpu[]> {
  const [counted] = await ask([functionCall(c.nvmlGetExcludedDeviceCount, {})] as const);
  const count = atMost(MOST_GPUS, 'nvmlGetExcludedDeviceCount', 'excluded GPUs', told(counted).deviceCount);
  if (count === 0) return [];
  const infos = await ask(Array.from({ length: count }, (_, index) => functionCall(c.nvmlGetExcludedDeviceInfoByIndex, { index })));
  return infos.map((info) => {
    const { uuid, pciInfo } = told(info).info;
    return { uuid, pciBusId: canonicalPci(pciInfo.busId === '' ? pciInfo.busIdLegacy : pciInfo.busId) };
  });
}
