import type { PlatformId } from '../platforms/index.ts';
import type { DeploymentModel } from './model.ts';

export type Actor = 'hypervisor' | 'gpuwright' | 'guest' | 'operator';

/** `guide`: NVIDIA's user guide. `public`: NVIDIA's own programs and notes. `own`: neither says so; `why` does. `unknown`: no step is known. */
export type Basis = 'guide' | 'public' | 'own' | 'unknown';

export interface PlanStep {
  readonly what: string;
  readonly why: string;
  readonly by: Actor;
  readonly changesHardware: boolean;
  /** What must hold before; each as a sentence. */
  readonly preconditions: readonly string[];
  /** Calls of Fabric Manager's SDK. */
  readonly calls: readonly string[];
  /** It must be done so soon after the step before. */
  readonly withinSeconds: number | null;
  readonly basis: Basis;
  readonly section: string | null;
}

export type SequenceKind = 'prepare' | 'guest-start' | 'guest-stop' | 'fabric-manager-restart' | 'gpu-reset';

/** An ordered sequence that nobody has begun: others show it, ask, and carry it out. */
export interface FabricPlan {
  readonly kind: SequenceKind;
  readonly platform: PlatformId;
  readonly model: DeploymentModel;
  readonly steps: readonly PlanStep[];
  /** What to do when a step fails, where it is known. */
  readonly onFailure: string | null;
  readonly notes: readonly string[];
  /** What is not known of this sequence, each as a sentence. Not empty: it is not complete, and not to be carried out unseen. */
  readonly unknown: readonly string[];
}

type StepDetails = Partial<Omit<PlanStep, 'what' | 'why' | 'by' | 'basis' | 'section'>>;

/** Makes the steps of one source. */
export function stepsOf(basis: Basis, section: string | null): (by: Actor, what: string, why: string, details?: StepDetails) => PlanStep {
  return (by, what, why, { changesHardware = false, preconditions = [], calls = [], withinSeconds = null } = {}) => ({ what, why, by, changesHardware, preconditions, calls, withinSeconds, basis, section });
}

export const CHANGES: StepDetails = { changesHardware: true };
