/**
 * What Fabric Manager does about hardware that it finds failed at its start (never about what fails later): one row for each item,
 * value, generation and deployment model. Sections 9 and 13.8 of the guide; HGX-2 and B200 are not in them.
 */
import type { DeploymentModel } from '../deployment/model.ts';

export type FailureItem = 'ACCESS_LINK_FAILURE_MODE' | 'TRUNK_LINK_FAILURE_MODE' | 'NVSWITCH_FAILURE_MODE';

export type DegradedEffect =
  | 'gpu-without-nvlink'
  | 'switch-pair-disabled'
  | 'partitions-of-gpu-removed'
  | 'partitions-over-trunk-removed'
  | 'partitions-of-switch-removed'
  | 'fabric-manager-ends'
  | 'links-reported-inactive'
  | 'no-such-hardware'
  | 'not-supported';

export interface Behaviour {
  readonly item: FailureItem;
  readonly value: 0 | 1 | 'ignored';
  readonly generation: 'hgxA100' | 'hgxH100';
  readonly models: readonly DeploymentModel[];
  /** Null: no document tells. */
  readonly effect: DegradedEffect | null;
  /** Of what remains. Null: no document tells, or there is nothing to tell. */
  readonly bandwidth: 'full' | '5/6' | 'none' | null;
  /** The number is told for a like case, not for this one. */
  readonly bandwidthByAnalogy?: true;
  /** More failures than this one policy bears are treated as value 0 treats them. */
  readonly severalFallBack?: true;
  readonly section: string;
}

const WHOLE = ['bare-metal', 'full-passthrough'] as const;
const PARTITIONED = ['shared', 'vgpu'] as const;

export const BEHAVIOURS: readonly Behaviour[] = [
  { item: 'ACCESS_LINK_FAILURE_MODE', value: 0, generation: 'hgxA100', models: WHOLE, effect: 'gpu-without-nvlink', bandwidth: 'full', section: '9.2.2' },
  { item: 'ACCESS_LINK_FAILURE_MODE', value: 1, generation: 'hgxA100', models: WHOLE, effect: 'switch-pair-disabled', bandwidth: '5/6', section: '9.2.2' },
  { item: 'ACCESS_LINK_FAILURE_MODE', value: 0, generation: 'hgxA100', models: PARTITIONED, effect: 'partitions-of-gpu-removed', bandwidth: 'full', section: '13.8' },
  { item: 'ACCESS_LINK_FAILURE_MODE', value: 1, generation: 'hgxA100', models: ['shared'], effect: 'switch-pair-disabled', bandwidth: '5/6', bandwidthByAnalogy: true, section: '13.8' },
  { item: 'ACCESS_LINK_FAILURE_MODE', value: 1, generation: 'hgxA100', models: ['vgpu'], effect: null, bandwidth: null, section: '13.8' },
  { item: 'ACCESS_LINK_FAILURE_MODE', value: 'ignored', generation: 'hgxH100', models: [...WHOLE, ...PARTITIONED], effect: 'links-reported-inactive', bandwidth: null, section: '13.8' },
  { item: 'TRUNK_LINK_FAILURE_MODE', value: 0, generation: 'hgxA100', models: WHOLE, effect: 'fabric-manager-ends', bandwidth: 'none', section: '9.3.2' },
  { item: 'TRUNK_LINK_FAILURE_MODE', value: 1, generation: 'hgxA100', models: WHOLE, effect: 'switch-pair-disabled', bandwidth: '5/6', severalFallBack: true, section: '9.3.2' },
  { item: 'TRUNK_LINK_FAILURE_MODE', value: 0, generation: 'hgxA100', models: PARTITIONED, effect: 'partitions-over-trunk-removed', bandwidth: 'full', section: '9.3.3' },
  { item: 'TRUNK_LINK_FAILURE_MODE', value: 1, generation: 'hgxA100', models: ['shared'], effect: 'switch-pair-disabled', bandwidth: '5/6', severalFallBack: true, section: '9.3.3' },
  { item: 'TRUNK_LINK_FAILURE_MODE', value: 1, generation: 'hgxA100', models: ['vgpu'], effect: 'not-supported', bandwidth: null, section: '9.3.3' },
  { item: 'TRUNK_LINK_FAILURE_MODE', value: 'ignored', generation: 'hgxH100', models: [...WHOLE, ...PARTITIONED], effect: 'no-such-hardware', bandwidth: null, section: '13.8' },
  { item: 'NVSWITCH_FAILURE_MODE', value: 0, generation: 'hgxA100', models: WHOLE, effect: 'fabric-manager-ends', bandwidth: 'none', section: '9.4.2' },
  { item: 'NVSWITCH_FAILURE_MODE', value: 1, generation: 'hgxA100', models: WHOLE, effect: 'switch-pair-disabled', bandwidth: '5/6', severalFallBack: true, section: '9.4.2' },
  { item: 'NVSWITCH_FAILURE_MODE', value: 0, generation: 'hgxA100', models: PARTITIONED, effect: 'partitions-of-switch-removed', bandwidth: 'full', section: '9.4.3' },
  { item: 'NVSWITCH_FAILURE_MODE', value: 1, generation: 'hgxA100', models: ['shared'], effect: 'switch-pair-disabled', bandwidth: '5/6', severalFallBack: true, section: '9.4.3' },
  { item: 'NVSWITCH_FAILURE_MODE', value: 1, generation: 'hgxA100', models: ['vgpu'], effect: 'not-supported', bandwidth: null, section: '9.4.3' },
  { item: 'NVSWITCH_FAILURE_MODE', value: 'ignored', generation: 'hgxH100', models: [...WHOLE, ...PARTITIONED], effect: 'fabric-manager-ends', bandwidth: 'none', section: '13.8' },
];

/** What becomes of CUDA jobs when Fabric Manager stops or ends. */
export interface ExitBehaviour {
  readonly value: 0 | 1 | 'ignored';
  readonly generation: 'hgxA100' | 'hgxH100';
  /** Absent: all. */
  readonly models?: readonly DeploymentModel[];
  readonly running: 'go on' | 'aborted';
  readonly newOnes: string;
  readonly section: string;
}

export const EXIT_BEHAVIOURS: readonly ExitBehaviour[] = [
  { value: 0, generation: 'hgxA100', models: WHOLE, running: 'go on', newOnes: 'fail', section: '13.8' },
  { value: 1, generation: 'hgxA100', models: WHOLE, running: 'aborted', newOnes: 'fail', section: '13.8' },
  { value: 'ignored', generation: 'hgxH100', running: 'go on', newOnes: 'fail, unless persistence mode is on and no GPU was reset since', section: '13.8' },
];
