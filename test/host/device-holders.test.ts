import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deviceHolders, parentOf, processName } from '../../lib/host/device-holders.ts';

const proc = mkdtempSync(join(tmpdir(), 'gpuwright-proc-'));
function fakeProcess(pid: number, name: string, files: readonly string[]): void {
  mkdirSync(join(proc, String(pid), 'fd'), { recursive: true });
  writeFileSync(join(proc, String(pid), 'comm'), `${name}\n`);
  writeFileSync(join(proc, String(pid), 'stat'), `${pid} (${name}) S 7 ${pid} 1 0`);
  files.forEach((file, fd) => symlinkSync(file, join(proc, String(pid), 'fd', String(fd))));
}
fakeProcess(200, 'persistenced', ['/dev/null', '/dev/nvidia1', '/dev/nvidiactl', '/dev/nvidia1']);
fakeProcess(30, 'a) b (c', ['/dev/nvidia0']);
fakeProcess(40, 'bystander', ['/dev/null', '/home/nvidia0']);
mkdirSync(join(proc, '50'));
mkdirSync(join(proc, 'sys'));
afterAll(() => rmSync(proc, { recursive: true }));

describe('who has a device file open', () => {
  it('is told with every device, once', () => {
    expect(deviceHolders(proc)).toEqual({
      holders: [
        { pid: 30, name: 'a) b (c', devices: ['/dev/nvidia0'] },
        { pid: 200, name: 'persistenced', devices: ['/dev/nvidia1', '/dev/nvidiactl'] },
      ],
      hiddenProcesses: 0,
    });
  });

  it('is nobody where there is no procfs', () => {
    expect(deviceHolders(join(proc, 'nothing'))).toEqual({ holders: [], hiddenProcesses: 0 });
  });

  it('knows a parent by its number, whatever the name looks like', () => {
    expect(parentOf(30, proc)).toBe(7);
    expect(parentOf(99, proc)).toBeUndefined();
    expect(processName(99, proc)).toBeUndefined();
    expect(parentOf(process.pid)).toBe(process.ppid);
  });
});
