/** What goes together in fabricmanager.cfg and what does not. */
import { BASEBOARDS } from '../platforms/index.ts';
import type { ConfigFinding, ConfigSeverity, ConfigSurroundings } from './check.ts';
import type { ConfigDocument } from './document.ts';
import { configEntries } from './document.ts';
import type { ConfigKey } from './items/index.ts';
import { configItem } from './items/index.ts';

interface Told {
  /** The value that counts, the default included. */
  value(key: ConfigKey): string;
  /** Whether the file says so itself. */
  stands(key: ConfigKey): boolean;
  readonly surroundings: ConfigSurroundings;
}

interface Combination {
  /** At whose line the finding is shown. */
  readonly key: ConfigKey;
  readonly severity: ConfigSeverity;
  readonly section: string | null;
  readonly applies: (told: Told) => boolean;
  readonly message: (told: Told) => string;
}

const VGPU = '2';
const isA100 = ({ surroundings }: Told): boolean => surroundings.platform === undefined || surroundings.platform === 'hgxA100';
const hasPartitions = ({ value }: Told): boolean => ['1', VGPU].includes(value('FABRIC_MODE'));

const COMBINATIONS: readonly Combination[] = [
  {
    key: 'FABRIC_MODE_RESTART',
    severity: 'error',
    section: '12',
    applies: (told) => told.value('FABRIC_MODE_RESTART') === '1' && told.value('FABRIC_MODE') === '0',
    message: () => 'there is nothing to restore with FABRIC_MODE=0: set it to 0, or FABRIC_MODE to 1 or 2',
  },
  {
    key: 'FABRIC_MODE',
    severity: 'error',
    section: '8.1',
    applies: (told) => told.value('FABRIC_MODE') === VGPU && told.surroundings.platform === 'hgx2',
    message: () => 'vGPU is not supported on HGX-2: set it to 0 or 1',
  },
  {
    key: 'FABRIC_MODE',
    severity: 'note',
    section: '8.1',
    applies: (told) => told.value('FABRIC_MODE') === VGPU && BASEBOARDS[told.surroundings.platform ?? 'hgxA100'].nvSwitchGeneration === 3,
    message: () => 'vGPU on this generation came after the first release for it: see the release notes of the driver that is installed',
  },
  {
    key: 'TRUNK_LINK_FAILURE_MODE',
    severity: 'error',
    section: '9.3.3',
    applies: (told) => told.value('TRUNK_LINK_FAILURE_MODE') === '1' && told.value('FABRIC_MODE') === VGPU && isA100(told),
    message: () => '1 is not supported with vGPU (FABRIC_MODE=2): set it to 0',
  },
  {
    key: 'NVSWITCH_FAILURE_MODE',
    severity: 'error',
    section: '9.4.3',
    applies: (told) => told.value('NVSWITCH_FAILURE_MODE') === '1' && told.value('FABRIC_MODE') === VGPU && isA100(told),
    message: () => '1 is not supported with vGPU (FABRIC_MODE=2): set it to 0',
  },
  {
    key: 'ACCESS_LINK_FAILURE_MODE',
    severity: 'warning',
    section: '13.8',
    applies: (told) => told.value('ACCESS_LINK_FAILURE_MODE') === '1' && told.value('FABRIC_MODE') === VGPU && isA100(told),
    message: () => 'what 1 does with vGPU (FABRIC_MODE=2) is not known; the two items like it do not support it: set it to 0',
  },
  {
    key: 'TRUNK_LINK_FAILURE_MODE',
    severity: 'note',
    section: '2.11.4',
    applies: (told) => told.value('TRUNK_LINK_FAILURE_MODE') === '1' && told.surroundings.baseboards === 1,
    message: () => 'one baseboard has no links to another: it does nothing',
  },
  {
    key: 'DAEMONIZE',
    severity: 'warning',
    section: '2.11.3.1',
    applies: (told) => told.value('DAEMONIZE') === '0',
    message: () => 'the unit that the package installs (Type=forking) waits until it detaches itself: set it to 1, or change the unit',
  },
  {
    key: 'STATE_FILE_NAME',
    severity: 'warning',
    section: '12.2',
    applies: (told) => hasPartitions(told) && /^\/tmp\//.test(told.value('STATE_FILE_NAME')),
    message: () => 'what cleans /tmp may take the file away that a restart in restart mode needs: set it to a path that is kept',
  },
  {
    key: 'FM_CMD_BIND_INTERFACE',
    severity: 'warning',
    section: null,
    applies: (told) => hasPartitions(told) && told.value('FM_CMD_UNIX_SOCKET_PATH') === '' && !told.value('FM_CMD_BIND_INTERFACE').startsWith('127.'),
    message: () => 'whoever reaches this address can take partitions away, for nobody is asked who he is: set it to 127.0.0.1, or FM_CMD_UNIX_SOCKET_PATH to a path',
  },
  {
    key: 'FM_CMD_UNIX_SOCKET_PATH',
    severity: 'error',
    section: null,
    applies: ({ value }) => value('FM_CMD_UNIX_SOCKET_PATH') !== '' && value('FM_CMD_UNIX_SOCKET_PATH') === value('UNIX_SOCKET_PATH'),
    message: () => 'is UNIX_SOCKET_PATH, which serves its internal communication: give another path',
  },
  {
    key: 'FM_CMD_PORT_NUMBER',
    severity: 'error',
    section: null,
    applies: ({ value }) => value('FM_CMD_UNIX_SOCKET_PATH') === '' && value('UNIX_SOCKET_PATH') === '' && value('FM_CMD_PORT_NUMBER') === value('STARTING_TCP_PORT'),
    message: () => 'is STARTING_TCP_PORT, which serves its internal communication: give another port',
  },
];

export function combinationFindings(document: ConfigDocument, surroundings: ConfigSurroundings): ConfigFinding[] {
  const entries = configEntries(document);
  // Of a repeated key the last: that it is repeated is a finding of its own.
  const last = new Map(entries.map((entry) => [entry.key, entry]));
  const told: Told = {
    value: (key) => last.get(key)?.value ?? configItem(key)?.default ?? '',
    stands: (key) => last.has(key),
    surroundings,
  };
  return COMBINATIONS.filter(({ applies }) => applies(told)).map(({ key, severity, section, message }) => ({
    severity,
    line: last.get(key)?.line ?? null,
    key,
    message: told.stands(key) ? message(told) : `is ${told.value(key) || 'empty'} by default: ${message(told)}`,
    section,
  }));
}
