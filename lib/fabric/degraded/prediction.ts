import type { ConfigDocument } from '../config/index.ts';
import { effectiveConfig } from '../config/index.ts';
import type { DeploymentModel } from '../deployment/model.ts';
import type { SwitchPort } from '../links/index.ts';
import type { PlatformId, Trays } from '../platforms/index.ts';

/** A part that has failed before Fabric Manager starts. */
export type Failure =
  | { readonly kind: 'access-link'; readonly physicalId: number; readonly gpuLink: number }
  | { readonly kind: 'access-port'; readonly port: SwitchPort }
  | { readonly kind: 'trunk-link'; readonly tray: 1 | 2; readonly nvSwitch: number }
  | { readonly kind: 'nvswitch'; readonly tray: 1 | 2; readonly nvSwitch: number }
  | { readonly kind: 'gpu'; readonly physicalId: number };

export interface FailurePolicy {
  readonly ACCESS_LINK_FAILURE_MODE: 0 | 1;
  readonly TRUNK_LINK_FAILURE_MODE: 0 | 1;
  readonly NVSWITCH_FAILURE_MODE: 0 | 1;
}

export interface DegradedCase {
  readonly platform: PlatformId;
  readonly model: DeploymentModel;
  readonly policy: FailurePolicy;
  readonly failures: readonly Failure[];
  /** Default: all that the platform can have. */
  readonly trays?: Trays;
}

/**
 * `stays`: as before. `reduced`: it can be used, with less bandwidth. `listed`: it is offered as before, and one of its GPUs has failed:
 * not to be used. `gone`: it cannot be had. `unknown`: no document tells.
 */
export type PartitionFate = 'stays' | 'reduced' | 'listed' | 'gone' | 'unknown';

export interface PartitionPrediction {
  readonly id: number;
  readonly physicalIds: readonly number[];
  readonly fate: PartitionFate;
  /** Of its NVLink bandwidth. Null: by how much it is reduced is not known, or it is not reduced. */
  readonly bandwidth: '5/6' | null;
  /** Why, each with the section of the guide. */
  readonly reasons: readonly string[];
}

export interface Statement {
  readonly what: string;
  /** Of the NVIDIA Fabric Manager User Guide. */
  readonly section: string;
  /** `documented`: of this generation and model. `inferred`: said of a like case; see `what`. */
  readonly basis: 'documented' | 'inferred';
}

export interface DegradedPrediction {
  readonly fabric: 'up' | 'not-initialized' | 'unknown';
  /** Of what can be activated; empty where the model has no partitions. */
  readonly partitions: readonly PartitionPrediction[];
  /** Visible for work without NVLink, where the GPU itself is well. */
  readonly gpusWithoutNvLink: readonly number[];
  readonly switchesDisabled: readonly { readonly tray: 1 | 2; readonly nvSwitch: number }[];
  readonly statements: readonly Statement[];
  /** What the documents leave open, each as a sentence. Not empty: the rest is not the whole truth. */
  readonly unknown: readonly string[];
}

/** The policy that a file stands for. A value that is none of the two counts as the default, as it is an error of its own. */
export function failurePolicy(document: ConfigDocument): FailurePolicy {
  const mode = (key: keyof FailurePolicy): 0 | 1 => (effectiveConfig(document, key) === '1' ? 1 : 0);
  return { ACCESS_LINK_FAILURE_MODE: mode('ACCESS_LINK_FAILURE_MODE'), TRUNK_LINK_FAILURE_MODE: mode('TRUNK_LINK_FAILURE_MODE'), NVSWITCH_FAILURE_MODE: mode('NVSWITCH_FAILURE_MODE') };
}
