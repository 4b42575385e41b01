/**
 * The NVLink fabric as the GPU's driver tells it: registration state, clique, and health (nvmlDeviceGetGpuFabricInfoV; bits of the health
 * mask from the public header).
 */
import type { FabricEntry } from '../../abi/nvml/families.ts';
import { families } from '../../abi/nvml/families.ts';
import { fabricHealth as f } from '../../abi/nvml/flags.ts';
import type { OpenEnum } from '../../abi/open-enum.ts';
import { nameInOrder } from '../../abi/open-enum.ts';
import { familyCall } from '../../library/library-call.ts';
import type { ReadingError } from '../../telemetry/reading.ts';
import { failed } from '../../telemetry/reading.ts';
import type { Ask } from './ask.ts';
import { told } from './ask.ts';
import { nvmlError } from '../status.ts';

export type FabricState = OpenEnum<'not-supported' | 'not-started' | 'in-progress' | 'completed'>;
export type FabricConfiguration = OpenEnum<
  'not-supported' | 'none' | 'incorrect-sysguid' | 'incorrect-chassis-sn' | 'no-partition' | 'insufficient-nvlinks' | 'incompatible-gpu-fw' | 'invalid-location' | 'gpu-state-invalid'
>;

/** Undefined: the driver does not tell, which is not the same as false. */
export interface FabricHealth {
  readonly degradedBandwidth: boolean | undefined;
  readonly routeRecovery: boolean | undefined;
  readonly routeUnhealthy: boolean | undefined;
  readonly accessTimeoutRecovery: boolean | undefined;
  readonly partitionAssigned: boolean | undefined;
  readonly incorrectConfiguration: FabricConfiguration;
}

export interface GpuFabric {
  readonly state: FabricState;
  /** How the registration ended; undefined unless the state is `completed`, and where it ended well. */
  readonly failure: ReadingError | undefined;
  /** `8-4-4-4-12` digits; undefined where it is all zeros, as for a host outside of a cluster. */
  readonly clusterUuid: string | undefined;
  readonly cliqueId: number;
  /** Undefined where the driver has no health mask (before R550). */
  readonly health: FabricHealth | undefined;
  /** Undefined where the driver has no summary (before R580). */
  readonly healthSummary: OpenEnum<'not-supported' | 'healthy' | 'unhealthy' | 'limited-capacity'> | undefined;
}

/** By their numbers, from 0. */
const CONFIGURATIONS = ['not-supported', 'none', 'incorrect-sysguid', 'incorrect-chassis-sn', 'no-partition', 'insufficient-nvlinks', 'incompatible-gpu-fw', 'invalid-location', 'gpu-state-invalid'] as const;
const SUMMARIES = ['not-supported', 'healthy', 'unhealthy', 'limited-capacity'] as const;

/** Two bits: not told, true, false; the fourth means nothing that is known. */
function tristate(mask: number, shift: number, width: number): boolean | undefined {
  const value = (mask >>> shift) & width;
  return value === f.NVML_GPU_FABRIC_HEALTH_MASK_ROUTE_RECOVERY_TRUE ? true : value === f.NVML_GPU_FABRIC_HEALTH_MASK_ROUTE_RECOVERY_FALSE ? false : undefined;
}

export function fabricHealthOf(mask: number): FabricHealth {
  return {
    degradedBandwidth: tristate(mask, f.NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_DEGRADED_BW, f.NVML_GPU_FABRIC_HEALTH_MASK_WIDTH_DEGRADED_BW),
    routeRecovery: tristate(mask, f.NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_ROUTE_RECOVERY, f.NVML_GPU_FABRIC_HEALTH_MASK_WIDTH_ROUTE_RECOVERY),
    routeUnhealthy: tristate(mask, f.NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_ROUTE_UNHEALTHY, f.NVML_GPU_FABRIC_HEALTH_MASK_WIDTH_ROUTE_UNHEALTHY),
    accessTimeoutRecovery: tristate(mask, f.NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_ACCESS_TIMEOUT_RECOVERY, f.NVML_GPU_FABRIC_HEALTH_MASK_WIDTH_ACCESS_TIMEOUT_RECOVERY),
    partitionAssigned: tristate(mask, f.NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_PARTITION_ASSIGNED, f.NVML_GPU_FABRIC_HEALTH_MASK_WIDTH_PARTITION_ASSIGNED),
    incorrectConfiguration: nameInOrder(CONFIGURATIONS, (mask >>> f.NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_INCORRECT_CONFIGURATION) & f.NVML_GPU_FABRIC_HEALTH_MASK_WIDTH_INCORRECT_CONFIGURATION),
  };
}

function uuidOf(bytes: Uint8Array): string | undefined {
  if (bytes.every((byte) => byte === 0)) return undefined;
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function fabricOf(entry: FabricEntry): GpuFabric {
  const { clusterUuid, status, cliqueId, state, healthMask, healthSummary } = entry;
  return {
    state,
    failure: state.name === 'completed' && status.value !== 0 ? failed(nvmlError('nvmlDeviceGetGpuFabricInfoV (registration)', status.value)).error : undefined,
    clusterUuid: uuidOf(clusterUuid),
    cliqueId,
    health: healthMask === undefined ? undefined : fabricHealthOf(healthMask),
    healthSummary: healthSummary === undefined ? undefined : nameInOrder(SUMMARIES, healthSummary),
  };
}

/** Throws `NOT_SUPPORTED` before Hopper. */
export async function readFabric(ask: Ask): Promise<GpuFabric> {
  const [info] = await ask((device) => [familyCall(families.fabricInfo, { device })]);
  return fabricOf(told(info));
}
