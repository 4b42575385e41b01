/** Whether a machine can do all that a scenario asks, found out on a copy of it. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../lib/package-root.ts';
import { MachineFile } from '../machine.ts';
import { Pace } from '../pace.ts';
import { findMocks } from '../tool.ts';
import type { Machine } from '../types.ts';
import { performStep } from './perform-step.ts';
import { occurrences } from './timeline.ts';
import type { Scenario } from './types.ts';

/** Does every step once. Rejects as the first one does that the machine refuses. When the signal comes, it ends without an error. */
export async function rehearse(machine: Machine, { steps }: Scenario, signal: AbortSignal | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gpuwright-rehearsal-'));
  try {
    const root = packageRoot();
    const copy = new MachineFile(join(folder, 'host.machine'), root, findMocks(root));
    await copyFile(machine.file, copy.file);
    const pace = await Pace.begin(copy, Infinity);
    const once = steps.map(({ everyMs: _every, forMs: _for, ...step }) => step);
    for (const { atMs, step } of occurrences(once)) {
      if (signal?.aborted === true) return;
      await pace.until(atMs);
      await performStep(copy, step, pace);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
