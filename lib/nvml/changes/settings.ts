/** Settings of a GPU that need root. Each is set once and read back in the same crossing. */
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import { functionCall } from '../../library/library-call.ts';
import { flag } from '../plausible.ts';
import type { Ask } from '../readings/ask.ts';
import { told } from '../readings/ask.ts';
import type { EccMode } from '../types.ts';
import { demandApplied, demandMade } from './made.ts';

export async function changePersistenceMode(once: Ask, on: boolean): Promise<void> {
  const [set, read] = await once(
    (device) => [functionCall(c.nvmlDeviceSetPersistenceMode, { device, mode: on ? 'enabled' : 'disabled' }), functionCall(c.nvmlDeviceGetPersistenceMode, { device })] as const,
  );
  demandMade(set, 'setting the persistence mode');
  demandApplied('nvmlDeviceSetPersistenceMode', 'the persistence mode', flag('nvmlDeviceGetPersistenceMode', 'persistence mode', told(read).mode) === on);
}

/** Holds from the next reset on: until then the current mode stays and the new one is pending. */
export async function changeEccMode(once: Ask, on: boolean): Promise<EccMode> {
  const [set, read] = await once(
    (device) => [functionCall(c.nvmlDeviceSetEccMode, { device, ecc: on ? 'enabled' : 'disabled' }), functionCall(c.nvmlDeviceGetEccMode, { device })] as const,
  );
  demandMade(set, 'setting the ECC mode');
  const { current, pending } = told(read);
  const mode = { current: flag('nvmlDeviceGetEccMode', 'the current ECC mode', current), pending: flag('nvmlDeviceGetEccMode', 'the pending ECC mode', pending) };
  demandApplied('nvmlDeviceSetEccMode', 'the pending ECC mode', mode.pending === on);
  return mode;
}
