/** Answers that say success and cannot be: none of them may look like a value. */
import { describe, expect, it } from 'vitest';
import type { HostGpu } from '../../lib/nvml/index.ts';
import { writeU32 } from '../library/scripted-backend.ts';
import { openScripted } from './scripted.ts';

const LISTED: readonly HostGpu[] = [{ pciBusId: '00000000:3B:00.0', uuid: 'GPU-a' }, { pciBusId: '00000000:AF:00.0' }];

describe('a count of GPUs that no host has', () => {
  // Not more, so that a version that believes it fails here instead of never coming back.
  const functions = { nvmlDeviceGetCount_v2: (frame: Parameters<typeof writeU32>[0]) => (writeU32(frame, 0, 1025), 0) };

  it('is no count: the GPUs are those of PCI, their readings failed, naming the call', async () => {
    const { nvml } = await openScripted(functions, {}, LISTED);
    const { gpus } = await nvml.snapshot();
    expect(gpus.map((gpu) => gpu.pciBusId)).toEqual(LISTED.map(({ pciBusId }) => ({ state: 'value', value: pciBusId })));
    for (const gpu of gpus) {
      expect(gpu.retiredPages).toMatchObject({ state: 'failed', error: { code: 'IMPLAUSIBLE_ANSWER', call: 'nvmlDeviceGetCount_v2', message: expect.stringMatching(/1025 GPUs.*: .*kernel log/) as string } });
    }
    expect((await nvml.gpus()).map((gpu) => gpu.pciBusId)).toEqual(LISTED.map((gpu) => gpu.pciBusId));
    expect((await nvml.gpu(1)).pciBusId).toBe('00000000:AF:00.0');
  });
});
