/** What becomes of CUDA jobs when Fabric Manager stops: told before anybody stops it. */
import type { DeploymentModel } from '../deployment/model.ts';
import { BASEBOARDS, type PlatformId } from '../platforms/index.ts';
import type { ExitBehaviour } from './behaviours.ts';
import { EXIT_BEHAVIOURS } from './behaviours.ts';

export interface JobsAtExit {
  readonly running: ExitBehaviour['running'] | 'unknown';
  readonly newOnes: string;
  readonly section: string | null;
}

/** @param abort ABORT_CUDA_JOBS_ON_FM_EXIT */
export function jobsAtExit(platform: PlatformId, model: DeploymentModel, abort: 0 | 1): JobsAtExit {
  const generation = BASEBOARDS[platform].nvSwitchGeneration === 3 ? 'hgxH100' : platform;
  const row = EXIT_BEHAVIOURS.find((one) => one.generation === generation && (one.value === 'ignored' || one.value === abort) && (one.models ?? [model]).includes(model));
  return row ? { running: row.running, newOnes: row.newOnes, section: row.section } : { running: 'unknown', newOnes: 'unknown', section: null };
}
