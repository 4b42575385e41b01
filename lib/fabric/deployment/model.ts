/**
 * How guests get GPUs. Bare metal: there are none. Full passthrough: GPUs and switches go into one guest, which runs Fabric Manager
 * itself. Shared: the switches stay with the host or a service VM, guests get the GPUs of a partition. vGPU: the same with virtual functions.
 */
export type DeploymentModel = 'bare-metal' | 'full-passthrough' | 'shared' | 'vgpu';

/** FABRIC_MODE of each. */
export const FABRIC_MODES: Readonly<Record<DeploymentModel, 0 | 1 | 2>> = { 'bare-metal': 0, 'full-passthrough': 0, shared: 1, vgpu: 2 };

export const MODEL_NAMES: Readonly<Record<DeploymentModel, string>> = { 'bare-metal': 'bare metal', 'full-passthrough': 'full passthrough', shared: 'shared NVSwitch', vgpu: 'vGPU' };
