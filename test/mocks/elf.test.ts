import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { withoutSymbols } from '../../mocks/control/elf.ts';

const template = readFileSync(join(packageRoot(), 'mocks/build/libnvidia-ml.so.1'));

function dlsym(library: Buffer, ...symbols: string[]): boolean[] {
  const folder = mkdtempSync(join(tmpdir(), 'gpuwright-elf-'));
  try {
    writeFileSync(join(folder, 'lib.so'), library);
    const program = 'import ctypes,json,sys\nlib=ctypes.CDLL(sys.argv[1])\nprint(json.dumps([hasattr(lib,s) for s in sys.argv[2:]]))';
    return JSON.parse(execFileSync('python3', ['-c', program, join(folder, 'lib.so'), ...symbols], { encoding: 'utf8' })) as boolean[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('withoutSymbols', () => {
  it('hides what is named from dlsym and nothing else; the input stays as it was', () => {
    const before = Buffer.from(template);
    const patched = withoutSymbols(template, new Set(['nvmlInit_v2', 'nvmlDeviceGetRetiredPages', 'noSuchSymbol']));
    expect(dlsym(patched, 'nvmlInit_v2', 'nvmlInit', 'nvmlDeviceGetRetiredPages', 'nvmlDeviceGetRetiredPages_v2')).toEqual([false, true, false, true]);
    expect(template.equals(before)).toBe(true);
    expect(withoutSymbols(template, new Set()).equals(template)).toBe(true);
  });

  it('leaves a library that linkers take without a word', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gpuwright-elf-'));
    try {
      writeFileSync(join(folder, 'libpatched.so'), withoutSymbols(template, new Set(['nvmlDeviceGetRetiredPages', 'nvmlInit_v2'])));
      writeFileSync(join(folder, 'program.c'), 'int nvmlInit(void); int main(void) { return nvmlInit() != 0; }');
      const { status, stderr } = spawnSync(process.env['CC'] ?? 'cc', ['-o', join(folder, 'program'), join(folder, 'program.c'), join(folder, 'libpatched.so')], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['a text', Buffer.from('hello'), /not an ELF file/],
    ['a 32-bit file', Buffer.concat([Buffer.from('7f454c460101', 'hex'), Buffer.alloc(100)]), /not a 64-bit little-endian/],
    ['a cut-off file', template.subarray(0, 5000), /missing or cut off/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => withoutSymbols(bytes, new Set(['x']))).toThrow(message);
  });
});
