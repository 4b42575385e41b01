/** vGPUs that run on a GPU, as the host's driver sees them. Reading only. */
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import { functionCall } from '../../library/library-call.ts';
import type { CallResult } from '../../library/opened-library.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { flag } from '../plausible.ts';
import type { Ask } from './ask.ts';
import { reading, told } from './ask.ts';

export interface Vgpu {
  /** nvmlVgpuInstance_t. */
  readonly instance: number;
  readonly uuid: Reading<string>;
  /** What the hypervisor calls the virtual machine: a domain id or a UUID. */
  readonly vmId: Reading<string>;
  readonly typeId: Reading<number>;
  readonly typeName: Reading<string>;
  /** Null until the guest has loaded a driver. */
  readonly guestDriverVersion: Reading<string | null>;
  readonly usedFramebufferBytes: Reading<bigint>;
  readonly licensed: Reading<boolean>;
}

/** What stands there as long as the guest has no driver. */
const NO_VERSION: ReadonlySet<string> = new Set(['', 'Not Available']);

function callsFor(vgpuInstance: number): readonly LibraryCall<unknown>[] {
  return [
    functionCall(c.nvmlVgpuInstanceGetUUID, { vgpuInstance }),
    functionCall(c.nvmlVgpuInstanceGetVmID, { vgpuInstance }),
    functionCall(c.nvmlVgpuInstanceGetType, { vgpuInstance }),
    functionCall(c.nvmlVgpuInstanceGetVmDriverVersion, { vgpuInstance }),
    functionCall(c.nvmlVgpuInstanceGetFbUsage, { vgpuInstance }),
    functionCall(c.nvmlVgpuInstanceGetLicenseStatus, { vgpuInstance }),
  ];
}

type Answers = readonly [
  CallResult<{ readonly uuid: string }>, CallResult<{ readonly vmId: string }>, CallResult<{ readonly vgpuTypeId: number }>,
  CallResult<{ readonly version: string }>, CallResult<{ readonly fbUsage: bigint }>, CallResult<{ readonly licensed: number }>,
];

const CALLS = callsFor(0).length;

/** Throws `NOT_SUPPORTED` where the GPU or its driver hosts none. */
export async function readVgpus(ask: Ask): Promise<readonly Vgpu[]> {
  const [active] = await ask((device) => [functionCall(c.nvmlDeviceGetActiveVgpus, { device })] as const);
  const instances = told(active).vgpuInstances;
  if (instances.length === 0) return [];
  const results = (await ask(() => instances.flatMap(callsFor))) as readonly CallResult<unknown>[];
  const answers = instances.map((_, place) => results.slice(place * CALLS, (place + 1) * CALLS) as unknown as Answers);
  const names = await ask(() => answers.map(([, , type]) => functionCall(c.nvmlVgpuTypeGetName, { vgpuTypeId: type.ok ? type.outputs.vgpuTypeId : 0 })));
  return instances.map((instance, place) => {
    const [uuid, vmId, type, driver, framebuffer, licensed] = answers[place] as Answers;
    const name = names[place];
    return {
      instance,
      uuid: reading(uuid, (outputs) => outputs.uuid),
      vmId: reading(vmId, (outputs) => outputs.vmId),
      typeId: reading(type, ({ vgpuTypeId }) => vgpuTypeId),
      typeName: type.ok && name !== undefined ? reading(name, ({ vgpuTypeName }) => vgpuTypeName) : reading(type, () => ''),
      guestDriverVersion: reading(driver, ({ version }) => (NO_VERSION.has(version) ? null : version)),
      usedFramebufferBytes: reading(framebuffer, ({ fbUsage }) => fbUsage),
      licensed: reading(licensed, (outputs) => flag('nvmlVgpuInstanceGetLicenseStatus', 'the licence', outputs.licensed)),
    };
  });
}
