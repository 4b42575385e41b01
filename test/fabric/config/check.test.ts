import { describe, expect, it } from 'vitest';
import type { ConfigFinding, ConfigSurroundings } from '../../../lib/fabric/config/index.ts';
import { checkConfig, CONFIG_ITEMS, parseConfig } from '../../../lib/fabric/config/index.ts';

function check(text: string, surroundings: ConfigSurroundings = {}): ConfigFinding[] {
  return checkConfig(parseConfig(text), surroundings);
}

const found = (findings: readonly ConfigFinding[]): string[] => findings.map(({ severity, line, key, section }) => [severity, line, key, section].join(' '));

describe('a good file', () => {
  it.each(['hgx2', 'hgxA100', 'hgxH100', 'hgxH800', 'hgxB200'] as const)('with every default has no finding on %s', (platform) => {
    const text = CONFIG_ITEMS.filter((item) => item.group !== 'multiNode').map((item) => `# ${item.what}\n${item.key}=${item.default}\n`).join('\n');
    expect(check(text, { platform, baseboards: 1 })).toEqual([]);
  });

  it('may be empty', () => {
    expect(check('')).toEqual([]);
  });
});

describe('a line', () => {
  it('that is no KEY=value is an error, with its number', () => {
    expect(check('# fine\n\nLOG_LEVEL 4\n')).toEqual([{ severity: 'error', line: 3, key: null, message: 'neither comment nor KEY=value: begin it with # or delete it', section: null }]);
  });

  it('with an unknown key is a note; one for several hosts too', () => {
    expect(found(check('SITE_OWN=1\nENABLE_LOCALFM=1\n'))).toEqual(['note 1 SITE_OWN ', 'note 2 ENABLE_LOCALFM ']);
  });

  it('with a value that is not allowed is an error with line and section', () => {
    expect(found(check('LOG_LEVEL=5\nFABRIC_MODE=one\nFM_CMD_PORT_NUMBER=\n'))).toEqual(['error 1 LOG_LEVEL 2.11.1', 'error 2 FABRIC_MODE 2.11.2', 'error 3 FM_CMD_PORT_NUMBER 2.11.2']);
  });

  it('that repeats another is an error where it says otherwise', () => {
    expect(found(check('LOG_LEVEL=4\nLOG_LEVEL=4\nLOG_LEVEL=3\n'))).toEqual(['note 2 LOG_LEVEL ', 'error 3 LOG_LEVEL ']);
  });
});

describe('a platform', () => {
  const failureModes = 'ACCESS_LINK_FAILURE_MODE=1\nTRUNK_LINK_FAILURE_MODE=1\nNVSWITCH_FAILURE_MODE=1\nABORT_CUDA_JOBS_ON_FM_EXIT=0\n';

  it('of H100 ignores the failure modes', () => {
    for (const platform of ['hgxH100', 'hgxH800'] as const) {
      expect(check(failureModes, { platform }).map(({ severity, line, section }) => [severity, line, section])).toEqual([1, 2, 3, 4].map((line) => ['warning', line, '13.8']));
    }
  });

  it('of A100 follows them', () => {
    expect(check(failureModes, { platform: 'hgxA100', baseboards: 2 })).toEqual([]);
  });

  it('of which nothing is written is said not to be known', () => {
    expect(check('ACCESS_LINK_FAILURE_MODE=1\n', { platform: 'hgx2' })).toMatchObject([{ severity: 'warning', message: '1 is described for HGX A100 alone; what it does on HGX-2 is not known' }]);
    expect(check('ABORT_CUDA_JOBS_ON_FM_EXIT=0\n', { platform: 'hgxB200' })).toMatchObject([{ severity: 'warning', message: 'is described for HGX-2 and HGX A100 alone; what it does on HGX B200 is not known' }]);
  });

  it('before or after an item does nothing with it', () => {
    expect(check('FM_SM_MGMT_PORT_GUID=0x12\n', { platform: 'hgxH100' })).toMatchObject([{ severity: 'warning', line: 1 }]);
    expect(check('TOPOLOGY_FILE_PATH=/x\nUNIX_SOCKET_PATH=/y\n', { platform: 'hgxB200' }).map(({ message }) => message)).toEqual(['does nothing on HGX B200', 'does nothing on HGX B200']);
    expect(check('TOPOLOGY_FILE_PATH=/x\nUNIX_SOCKET_PATH=/y\n', { platform: 'hgxA100' })).toEqual([]);
  });
});

describe('what does not go together', () => {
  const cases: readonly (readonly [string, string, ConfigSurroundings, string | null])[] = [
    ['restart mode without partitions', 'FABRIC_MODE=0\nFABRIC_MODE_RESTART=1\n', {}, 'error 2 FABRIC_MODE_RESTART 12'],
    ['restart mode with the default mode', 'FABRIC_MODE_RESTART=1\n', {}, 'error 1 FABRIC_MODE_RESTART 12'],
    ['restart mode with partitions', 'FABRIC_MODE=1\nFABRIC_MODE_RESTART=1\nSTATE_FILE_NAME=/var/lib/fm.state\n', {}, null],
    ['vGPU on HGX-2', 'FABRIC_MODE=2\nSTATE_FILE_NAME=/x\n', { platform: 'hgx2' }, 'error 1 FABRIC_MODE 8.1'],
    ['vGPU on H100', 'FABRIC_MODE=2\nSTATE_FILE_NAME=/x\n', { platform: 'hgxH100' }, 'note 1 FABRIC_MODE 8.1'],
    ['vGPU on A100', 'FABRIC_MODE=2\nSTATE_FILE_NAME=/x\n', { platform: 'hgxA100' }, null],
    ['trunk mode 1 with vGPU', 'FABRIC_MODE=2\nSTATE_FILE_NAME=/x\nTRUNK_LINK_FAILURE_MODE=1\n', { platform: 'hgxA100' }, 'error 3 TRUNK_LINK_FAILURE_MODE 9.3.3'],
    ['switch mode 1 with vGPU', 'FABRIC_MODE=2\nSTATE_FILE_NAME=/x\nNVSWITCH_FAILURE_MODE=1\n', {}, 'error 3 NVSWITCH_FAILURE_MODE 9.4.3'],
    ['access mode 1 with vGPU', 'FABRIC_MODE=2\nSTATE_FILE_NAME=/x\nACCESS_LINK_FAILURE_MODE=1\n', {}, 'warning 3 ACCESS_LINK_FAILURE_MODE 13.8'],
    ['switch mode 1 with shared NVSwitch', 'FABRIC_MODE=1\nSTATE_FILE_NAME=/x\nNVSWITCH_FAILURE_MODE=1\n', {}, null],
    ['trunk mode 1 without a trunk', 'TRUNK_LINK_FAILURE_MODE=1\n', { platform: 'hgxA100', baseboards: 1 }, 'note 1 TRUNK_LINK_FAILURE_MODE 2.11.4'],
    ['the foreground with a forking unit', 'DAEMONIZE=0\n', {}, 'warning 1 DAEMONIZE 2.11.3.1'],
    ['a state file where files are cleaned away, by default too', 'FABRIC_MODE=1\n', {}, 'warning  STATE_FILE_NAME 12.2'],
    ['the SDK for everybody', 'FABRIC_MODE=1\nSTATE_FILE_NAME=/x\nFM_CMD_BIND_INTERFACE=0.0.0.0\n', {}, 'warning 3 FM_CMD_BIND_INTERFACE '],
    ['an address that a socket makes void', 'FABRIC_MODE=1\nSTATE_FILE_NAME=/x\nFM_CMD_BIND_INTERFACE=0.0.0.0\nFM_CMD_UNIX_SOCKET_PATH=/y\n', {}, null],
    ['one socket for two', 'FM_CMD_UNIX_SOCKET_PATH=/y\nUNIX_SOCKET_PATH=/y\n', {}, 'error 1 FM_CMD_UNIX_SOCKET_PATH '],
    ['one port for two', 'FM_CMD_PORT_NUMBER=16000\n', {}, 'error 1 FM_CMD_PORT_NUMBER '],
  ];

  it.each(cases)('%s', (_, text, surroundings, finding) => {
    expect(found(check(text, surroundings))).toEqual(finding === null ? [] : [finding]);
  });

  it('says when it is the default that does not go', () => {
    expect(check('FABRIC_MODE=1\n')[0]?.message).toMatch(/^is \/tmp\/fabricmanager.state by default: /);
  });
});
