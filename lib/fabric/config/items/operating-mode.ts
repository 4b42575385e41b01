import type { ConfigItem } from '../item.ts';

export const OPERATING_MODE = [
  {
    key: 'FABRIC_MODE',
    group: 'operatingMode',
    what: 'for which deployment model the fabric is run',
    rule: {
      kind: 'choice',
      values: [
        { value: 0, meaning: 'bare metal or full passthrough: one fabric of all GPUs' },
        { value: 1, meaning: 'shared NVSwitch: partitions, activated through the SDK' },
        { value: 2, meaning: 'vGPU: partitions of virtual functions' },
      ],
    },
    default: '0',
    platforms: 'any',
    section: '2.11.2',
    notes: ['vGPU is not supported on HGX-2 (section 8.1)', 'vGPU on H100 depends on the release: section 8.1 of an older guide calls it planned'],
  },
  {
    key: 'FABRIC_MODE_RESTART',
    group: 'operatingMode',
    what: 'how a start goes on from the last run',
    rule: {
      kind: 'choice',
      values: [
        { value: 0, meaning: 'everything is initialised anew, nothing is active' },
        { value: 1, meaning: 'STATE_FILE_NAME is read; within 60 s the list of active partitions must be handed back' },
      ],
    },
    default: '0',
    platforms: 'any',
    section: '2.11.2',
    notes: ['the same as the option --restart', 'only with FABRIC_MODE 1 or 2'],
  },
  {
    key: 'STATE_FILE_NAME',
    group: 'operatingMode',
    what: 'the file that a restart in restart mode reads',
    rule: { kind: 'path' },
    default: '/tmp/fabricmanager.state',
    platforms: 'any',
    section: '2.11.2',
    notes: ['section 12.2 misspells the default'],
  },
  {
    key: 'FM_CMD_BIND_INTERFACE',
    group: 'operatingMode',
    what: 'the address at which the SDK is served',
    rule: { kind: 'ipv4' },
    default: '127.0.0.1',
    platforms: 'any',
    section: '2.11.2',
  },
  {
    key: 'FM_CMD_PORT_NUMBER',
    group: 'operatingMode',
    what: 'the TCP port at which the SDK is served',
    rule: { kind: 'number', minimum: 1, maximum: 65535 },
    default: '6666',
    platforms: 'any',
    section: '2.11.2',
  },
  {
    key: 'FM_CMD_UNIX_SOCKET_PATH',
    group: 'operatingMode',
    what: 'a Unix domain socket that serves the SDK instead of TCP',
    rule: { kind: 'path', empty: 'TCP is used' },
    default: '',
    platforms: 'any',
    section: '2.11.2',
  },
] as const satisfies readonly ConfigItem[];
