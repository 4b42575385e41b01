export type { GuestConfiguration, Possibilities } from './configurations.ts';
export { guestConfigurations } from './configurations.ts';
export type { ResetCapability } from './gpu-reset.ts';
export type { DeploymentModel } from './model.ts';
export { FABRIC_MODES } from './model.ts';
export type { Actor, Basis, FabricPlan, PlanStep, SequenceKind } from './plan.ts';
export type { SequenceCase } from './sequences.ts';
export { fabricPlan } from './sequences.ts';
