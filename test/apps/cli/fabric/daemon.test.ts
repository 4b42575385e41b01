import { describe, expect, it } from 'vitest';
import type { DaemonSources } from '../../../../lib/apps/cli/fabric/daemon.ts';
import { realDaemon, simulatedDaemon } from '../../../../lib/apps/cli/fabric/daemon.ts';
import { GpuwrightError } from '../../../../lib/errors.ts';
import { parseConfig } from '../../../../lib/fabric/index.ts';

const STATE = 'LoadState=loaded\nActiveState=active\nSubState=running\nResult=success\nExecMainPID=4711\nStateChangeTimestampMonotonic=1000000\nNRestarts=2\n';

function sources(changes: { readonly state?: string; readonly words?: readonly string[]; readonly config?: string; readonly version?: string; readonly code?: 'NOT_FOUND' } = {}): DaemonSources {
  const { state = STATE, words = ['/usr/bin/nv-fabricmanager', '-c', 'file'], config = 'FABRIC_MODE=1\n', version = 'Fabric Manager version is : 535.129.03\n', code } = changes;
  return {
    run: async (program, args) => {
      if (code !== undefined) throw new GpuwrightError(code, `${program}: there is no such program`, { call: program });
      if (program === 'nv-fabricmanager') expect(args).toEqual(['--version']);
      return { exitCode: 0, stdout: program === 'systemctl' ? state : version, stderr: '' };
    },
    commandLine: async (pid) => (pid === 4711 ? words : undefined),
    config: async () => (config === '' ? undefined : parseConfig(config)),
  };
}

describe('the daemon of a real host', () => {
  it('is told by systemd, by itself and by its file', async () => {
    expect(await realDaemon(1000, sources())).toMatchObject({ running: true, pid: 4711, restartMode: false, version: '535.129.03', state: 'active (running)', restarts: 2, mode: 'shared', endedFor: null });
  });

  it.each([
    ['--restart on its command line', { words: ['nv-fabricmanager', '--restart'] }, true],
    ['-r on its command line', { words: ['nv-fabricmanager', '-r', '-c', 'f'] }, true],
    ['its file', { config: 'FABRIC_MODE=1\nFABRIC_MODE_RESTART=1\n' }, true],
    ['nothing', {}, false],
    ['nobody who could tell', { config: '' }, null],
  ])('is in restart mode by %s', async (_, changes, restartMode) => {
    expect(await realDaemon(1000, sources(changes))).toMatchObject({ restartMode });
  });

  it('is in no restart mode while it does not run: how it is started next, nobody knows', async () => {
    const state = STATE.replace('active\n', 'failed\n').replace('success', 'exit-code');
    expect(await realDaemon(1000, sources({ state, config: 'FABRIC_MODE_RESTART=1\n' }))).toMatchObject({ running: false, pid: null, restartMode: null, endedFor: 'exit-code' });
  });

  it('is nobody where there is no systemd, or no such unit', async () => {
    expect(await realDaemon(1000, sources({ code: 'NOT_FOUND' }))).toBeNull();
    expect(await realDaemon(1000, sources({ state: STATE.replace('LoadState=loaded', 'LoadState=not-found') }))).toBeNull();
  });

  it('has a version that is not known where it does not say it', async () => {
    expect(await realDaemon(1000, sources({ version: 'usage' }))).toMatchObject({ version: null });
  });
});

it('the daemon of a simulated host is in restart mode only while it runs', () => {
  const manager = { platform: 'hgx-h100', state: 'waiting', since: '2026-01-01T00:00:00Z', mode: 'shared', restarted: true, version: '1', endedFor: null, partitions: [] } as const;
  expect([simulatedDaemon(manager)?.restartMode, simulatedDaemon({ ...manager, state: 'stopped' })?.restartMode, simulatedDaemon(null)]).toEqual([true, null, null]);
});
