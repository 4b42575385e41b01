/**
 * NVML's functions, as data: all that libnvidia-ml.so.1 exports. Parameter names are C's. `test/abi` holds every descriptor to the
 * measured parameter list.
 */
import type { FunctionDescriptor } from '../parameters.ts';
import { clocksFunctions } from './functions/clocks.ts';
import { confidentialComputingFunctions } from './functions/confidential-computing.ts';
import { drainFunctions } from './functions/drain.ts';
import { enumerationFunctions } from './functions/enumeration.ts';
import { eventsFunctions } from './functions/events.ts';
import { gpmFunctions } from './functions/gpm.ts';
import { identityFunctions } from './functions/identity.ts';
import { libraryFunctions } from './functions/library.ts';
import { memoryHealthFunctions } from './functions/memory-health.ts';
import { migFunctions } from './functions/mig.ts';
import { modesFunctions } from './functions/modes.ts';
import { nvlinkFunctions } from './functions/nvlink.ts';
import { pcieFunctions } from './functions/pcie.ts';
import { powerFunctions } from './functions/power.ts';
import { processesFunctions } from './functions/processes.ts';
import { telemetryFunctions } from './functions/telemetry.ts';
import { thermalFunctions } from './functions/thermal.ts';
import { topologyFunctions } from './functions/topology.ts';
import { unitsFunctions } from './functions/units.ts';
import { vgpuInstancesFunctions } from './functions/vgpu-instances.ts';
import { vgpuSchedulerFunctions } from './functions/vgpu-scheduler.ts';
import { vgpuTypesFunctions } from './functions/vgpu-types.ts';

export const nvmlFunctions = {
  ...clocksFunctions,
  ...confidentialComputingFunctions,
  ...drainFunctions,
  ...enumerationFunctions,
  ...eventsFunctions,
  ...gpmFunctions,
  ...identityFunctions,
  ...libraryFunctions,
  ...memoryHealthFunctions,
  ...migFunctions,
  ...modesFunctions,
  ...nvlinkFunctions,
  ...pcieFunctions,
  ...powerFunctions,
  ...processesFunctions,
  ...telemetryFunctions,
  ...thermalFunctions,
  ...topologyFunctions,
  ...unitsFunctions,
  ...vgpuInstancesFunctions,
  ...vgpuSchedulerFunctions,
  ...vgpuTypesFunctions,
};

/** A function of `nvmlFunctions` by a name from outside (a command line); undefined if there is none. */
export function nvmlFunction(symbol: string): FunctionDescriptor | undefined {
  return Object.hasOwn(nvmlFunctions, symbol) ? (nvmlFunctions as Readonly<Record<string, FunctionDescriptor>>)[symbol] : undefined;
}
