import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listNvidiaGpus } from '../../lib/host/nvidia-gpus.ts';
import { normalizePciAddress } from '../../lib/host/pci-address.ts';

describe('PCI addresses', () => {
  it.each(['0000:3b:00.0', '00000000:3B:00.0', '3b:00.0', '3B:00', 'PCI:0000:3b:00', ' 0000:3b:00.0\n'])('%s is understood', (text) => {
    expect(normalizePciAddress(text)).toBe('00000000:3B:00.0');
  });

  it('keep domain, device and function', () => {
    expect(normalizePciAddress('1a2b:c1:1f.7')).toBe('00001A2B:C1:1F.7');
  });

  it.each(['', '0', 'GPU-3b:00.0', '3b:20.0', '3b:00.8', '0000:3b', '123456789:3b:00.0'])('%j is none', (text) => {
    expect(normalizePciAddress(text)).toBeUndefined();
  });
});

describe('GPUs without the vendor’s library', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'gpuwright-host-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  function write(path: string, content: string): void {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  function pciDevice(address: string, vendor: string, kind: string, device: string): void {
    write(`sys/bus/pci/devices/${address}/vendor`, `${vendor}\n`);
    write(`sys/bus/pci/devices/${address}/class`, `${kind}\n`);
    write(`sys/bus/pci/devices/${address}/device`, `${device}\n`);
  }

  it('are NVIDIA display controllers, in the order NVML numbers them, with what procfs knows', async () => {
    pciDevice('0000:af:00.0', '0x10de', '0x030200', '0x1db1');
    pciDevice('0000:3b:00.0', '0x10de', '0x030000', '0x20b0');
    pciDevice('0000:3b:00.1', '0x10de', '0x040300', '0x10f0'); // the card's audio
    pciDevice('0000:05:00.0', '0x10de', '0x068000', '0x22a3'); // an NVSwitch
    pciDevice('0000:02:00.0', '0x1a03', '0x030000', '0x2000'); // the BMC's display
    write(
      'proc/driver/nvidia/gpus/0000:af:00.0/information',
      'Model: \t\t Tesla V100-SXM2-32GB\nIRQ:   \t\t 89\nGPU UUID: \t GPU-5a3b6c2e-0000-4444-8888-123456789abc\nBus Location: \t 0000:af:00.0\n',
    );
    expect(await listNvidiaGpus({ root })).toEqual([
      { pciBusId: '00000000:3B:00.0', pciDeviceId: 0x20b010de },
      { pciBusId: '00000000:AF:00.0', pciDeviceId: 0x1db110de, uuid: 'GPU-5a3b6c2e-0000-4444-8888-123456789abc', name: 'Tesla V100-SXM2-32GB' },
    ]);
  });

  it('do not take question marks for a UUID', async () => {
    write('proc/driver/nvidia/gpus/0000:af:00.0/information', 'GPU UUID: \t GPU-????????-????-????-????-????????????\n');
    expect(await listNvidiaGpus({ root })).toEqual([{ pciBusId: '00000000:AF:00.0' }]);
  });

  it('are none where there is no such tree', async () => {
    expect(await listNvidiaGpus({ root: join(root, 'nowhere') })).toEqual([]);
  });
});
