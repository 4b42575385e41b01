import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../lib/host/run-program.ts';
import { Service } from '../../lib/host/service.ts';

let folder: string;
const realPath = process.env['PATH'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpuwright-service-'));
  process.env['PATH'] = `${folder}:/usr/bin:/bin`;
});
afterEach(() => {
  process.env['PATH'] = realPath;
  rmSync(folder, { recursive: true });
});

/** A program of that name which is found before the real one; it writes down how it was called. */
function fake(name: 'systemctl' | 'journalctl', script: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/${name}.called'\n${script}\n`);
  chmodSync(path, 0o755);
}
const called = (name: string): string[] => readFileSync(join(folder, `${name}.called`), 'utf8').trimEnd().split('\n');

/** How it prints text that the script must not touch. */
function prints(text: string): string {
  writeFileSync(join(folder, 'answer'), text);
  return `cat '${folder}/answer'`;
}

/** A zombie that nobody waits for is no life. */
function isAlive(pid: number): boolean {
  try {
    return !/\nState:\tZ/.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const fm = (): Service => new Service('nvidia-fabricmanager');

describe('the status of a service', () => {
  it('is read from what systemctl shows, by an argument vector', async () => {
    const tenSecondsAgo = Number(process.hrtime.bigint() / 1000n) - 10_000_000;
    fake('systemctl', prints(`Result=success\nNRestarts=3\nExecMainPID=4711\nLoadState=loaded\nActiveState=active\nSubState=running\nStateChangeTimestampMonotonic=${tenSecondsAgo}\n`));
    const { since, ...status } = await fm().status();
    expect(status).toEqual({ loadState: 'loaded', activeState: 'active', subState: 'running', result: 'success', pid: 4711, restarts: 3 });
    // The clocks are read at different moments; a minute would be a wrong unit or zone.
    expect(Math.abs(Date.now() - 10_000 - (since?.getTime() ?? 0))).toBeLessThan(60_000);
    expect(called('systemctl').slice(0, 3)).toEqual(['show', '--no-pager', '--no-ask-password']);
    expect(called('systemctl').slice(-2)).toEqual(['--', 'nvidia-fabricmanager.service']);
  });

  it('of an old systemd, and of one that never ran, has no invented numbers', async () => {
    fake('systemctl', prints('LoadState=not-found\nActiveState=inactive\nSubState=dead\nExecMainPID=0\nStateChangeTimestampMonotonic=0\n'));
    expect(await fm().status()).toEqual({ loadState: 'not-found', activeState: 'inactive', subState: 'dead', result: 'unknown', pid: null, since: null, restarts: null });
  });

  it('is no status where it prints garbage', async () => {
    fake('systemctl', prints('\u0000\u0001 what=ever\nActiveState\n'));
    await expect(fm().status()).rejects.toMatchObject({ code: 'IMPLAUSIBLE_ANSWER', message: expect.stringContaining('tells no state') as string });
  });

  it('is not waited for beyond the deadline', async () => {
    fake('systemctl', 'sleep 600');
    await expect(fm().status({ deadlineMs: 200 })).rejects.toMatchObject({ code: 'TIMEOUT', message: 'systemctl: gave no answer within 200 ms and was ended: look why it hangs' });
  });

  it('leaves nothing running when it is given up', async () => {
    // The child of the shell keeps the pipe: waiting for the end of output would wait for it.
    fake('systemctl', `sleep 600 & echo $! > '${folder}/new'; mv '${folder}/new' '${folder}/child'; wait`);
    const abort = new AbortController();
    const asked = fm().status({ deadlineMs: 60_000, signal: abort.signal });
    while (!existsSync(join(folder, 'child'))) await pause(5);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'ABORTED' });
    const pid = Number(readFileSync(join(folder, 'child'), 'utf8'));
    while (isAlive(pid)) await pause(5);
  });

  it('ends when its caller does not want it any more', async () => {
    fake('systemctl', 'sleep 600');
    const abort = new AbortController();
    const asked = fm().status({ signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(fm().status({ signal: abort.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('a host without systemd', () => {
  it('is said to be one where the programs are missing', async () => {
    process.env['PATH'] = folder;
    await expect(fm().status()).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining('systemctl: is not on the PATH: this host has no systemd') as string });
    await expect(fm().log()).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining('journalctl') as string });
  });

  it('is said to be one where systemd does not run, as in a container', async () => {
    fake('systemctl', 'echo "System has not been booted with systemd as init system (PID 1). Can\'t operate." >&2; exit 1');
    await expect(fm().status()).rejects.toMatchObject({ code: 'NOT_SUPPORTED', status: 1 });
  });
});

describe('starting and stopping', () => {
  it.each(['start', 'stop', 'restart'] as const)('asks systemctl to %s that unit', async (verb) => {
    fake('systemctl', 'exit 0');
    await new Service('dcgm@0.service')[verb]();
    expect(called('systemctl')).toEqual([verb, '--no-pager', '--no-ask-password', '--', 'dcgm@0.service']);
  });

  it.each([
    ['Failed to start x: Access denied', 4, 'NO_PERMISSION'],
    ['Failed to start x: Interactive authentication required.', 1, 'NO_PERMISSION'],
    ['Failed to start nvidia-fabricmanager.service: Unit nvidia-fabricmanager.service not found.', 5, 'NOT_FOUND'],
    ['Failed to start nvidia-fabricmanager.service: Unit is masked.', 1, 'NOT_SUPPORTED'],
    ['Job for nvidia-fabricmanager.service failed because the control process exited with error code.', 1, 'VENDOR_ERROR'],
  ])('tells "%s" for what it is', async (said, exit, code) => {
    fake('systemctl', `echo "${said}" >&2; exit ${exit}`);
    await expect(fm().start()).rejects.toMatchObject({ code, status: exit });
  });

  it('that is not waited for has an unknown outcome', async () => {
    fake('systemctl', 'sleep 600');
    await expect(fm().restart({ deadlineMs: 200 })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', message: expect.stringContaining('ask for the status') as string });
  });

  it.each(['', '-H evil', '--help', 'a b', 'x;reboot', '$(reboot)'])('takes "%s" for no unit', (unit) => {
    expect(() => new Service(unit)).toThrow('is no name of a unit');
  });
});

describe('the log of a service', () => {
  const entry = (fields: Record<string, unknown>): string => `${JSON.stringify({ __REALTIME_TIMESTAMP: '1700000000123456', PRIORITY: '6', _PID: '9', __CURSOR: 's=1', ...fields })}\n`;

  it('has time, text and weight of each line, in whatever form it comes', async () => {
    fake('journalctl', prints(entry({ MESSAGE: 'Started.' }) + entry({ MESSAGE: [...Buffer.from('Größe')], PRIORITY: '3' })));
    const { lines, unreadable, restricted } = await fm().log({ lines: 5, since: new Date(1_600_000_000_000), afterCursor: 's=0;x' });
    expect(lines.map(({ message, priority }) => [message, priority])).toEqual([['Started.', 6], ['Größe', 3]]);
    expect(lines[0]).toMatchObject({ time: new Date(1_700_000_000_123), pid: 9, cursor: 's=1' });
    expect([unreadable, restricted]).toEqual([0, false]);
    expect(called('journalctl')).toEqual(['--no-pager', '--output=json', '--unit=nvidia-fabricmanager.service', '--lines=5', '--since=@1600000000', '--after-cursor=s=0;x']);
  });

  it('counts what it cannot read', async () => {
    fake('journalctl', prints(`garbage\n${entry({ MESSAGE: null })}[1]\n${entry({ MESSAGE: 'x', __REALTIME_TIMESTAMP: 'soon' })}${entry({ MESSAGE: 'fine' })}`));
    const { lines, unreadable } = await fm().log();
    expect([lines.map(({ message }) => message), unreadable]).toEqual([['fine'], 4]);
  });

  it('without lines is no proof for a user who may not see them', async () => {
    fake('journalctl', 'echo "Hint: You are currently not seeing messages from other users and the system." >&2; echo "-- No entries --"');
    expect(await fm().log()).toEqual({ lines: [], unreadable: 0, restricted: true });
  });
});

describe('a program', () => {
  it('gets its arguments as they are, whatever a shell would make of them', async () => {
    fake('systemctl', 'exit 0');
    await runProgram('systemctl', ['a b', '$HOME', '*', '; reboot'], { deadlineMs: 10_000 });
    expect(called('systemctl')).toEqual(['a b', '$HOME', '*', '; reboot']);
  });

  it('that writes without end is ended', async () => {
    fake('systemctl', 'cat /dev/zero');
    await expect(runProgram('systemctl', [], { deadlineMs: 60_000 })).rejects.toMatchObject({ code: 'IMPLAUSIBLE_ANSWER' });
  });

  it('that may not be run is said to be so', async () => {
    fake('systemctl', '');
    chmodSync(join(folder, 'systemctl'), 0o644);
    process.env['PATH'] = folder;
    await expect(runProgram('systemctl', [], { deadlineMs: 10_000 })).rejects.toMatchObject({ code: 'NO_PERMISSION' });
  });
});
