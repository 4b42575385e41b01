import type { ConfigItem } from '../item.ts';

export const HIGH_AVAILABILITY = [
  {
    key: 'FM_STAY_RESIDENT_ON_FAILURES',
    group: 'highAvailability',
    what: 'what it does when it cannot initialise',
    rule: {
      kind: 'choice',
      values: [
        { value: 0, meaning: 'ends' },
        { value: 1, meaning: 'stays; the fabric is not initialised and CUDA fails to start all the same' },
      ],
    },
    default: '0',
    platforms: 'any',
    section: '2.11.4',
  },
  {
    key: 'ACCESS_LINK_FAILURE_MODE',
    group: 'highAvailability',
    what: 'what a failed link between GPU and switch, found at start, leads to',
    rule: {
      kind: 'choice',
      values: [
        { value: 0, meaning: 'the GPU has no NVLink; with partitions, those with this GPU are taken away' },
        { value: 1, meaning: 'the switch and its peer are disabled; everything stays, with less bandwidth', platforms: ['hgxA100'] },
      ],
    },
    default: '0',
    platforms: ['hgx2', 'hgxA100'],
    ignoredOn: ['hgxH100', 'hgxH800'],
    section: '2.11.4',
    notes: ['behaviour: section 9.2'],
  },
  {
    key: 'TRUNK_LINK_FAILURE_MODE',
    group: 'highAvailability',
    what: 'what a failed link between two baseboards, found at start, leads to',
    rule: {
      kind: 'choice',
      values: [
        { value: 0, meaning: 'it ends and nothing is initialised; with partitions, those over both baseboards are taken away' },
        { value: 1, meaning: 'the switch and its peer are disabled; everything stays, with less bandwidth', platforms: ['hgxA100'] },
      ],
    },
    default: '0',
    platforms: ['hgxA100'],
    ignoredOn: ['hgxH100', 'hgxH800'],
    section: '2.11.4',
    notes: ['behaviour: section 9.3', 'for systems with two baseboards', '1 is not supported with vGPU (section 9.3.3)'],
  },
  {
    key: 'NVSWITCH_FAILURE_MODE',
    group: 'highAvailability',
    what: 'what a failed or excluded switch, found at start, leads to',
    rule: {
      kind: 'choice',
      values: [
        { value: 0, meaning: 'it ends and nothing is initialised; with partitions, those that use the switch are taken away' },
        { value: 1, meaning: 'the switch and its peer are disabled; everything stays, with less bandwidth', platforms: ['hgxA100'] },
      ],
    },
    default: '0',
    platforms: ['hgx2', 'hgxA100'],
    ignoredOn: ['hgxH100', 'hgxH800'],
    section: '2.11.4',
    notes: ['behaviour: section 9.4', '1 is not supported with vGPU (section 9.4.3)', 'decides also on the peer of an excluded switch (section 9.6.2.1)'],
  },
  {
    key: 'ABORT_CUDA_JOBS_ON_FM_EXIT',
    group: 'highAvailability',
    what: 'what becomes of running CUDA jobs when it ends',
    rule: {
      kind: 'choice',
      values: [
        { value: 0, meaning: 'they go on; new ones fail' },
        { value: 1, meaning: 'they are aborted' },
      ],
    },
    default: '1',
    platforms: ['hgx2', 'hgxA100'],
    ignoredOn: ['hgxH100', 'hgxH800'],
    section: '2.11.4',
    notes: ['behaviour: section 13.8'],
  },
] as const satisfies readonly ConfigItem[];
