/** Why an owner gets nothing, in one sentence that names every partition that would have fitted. */
import { GpuwrightError } from '../../errors.ts';
import type { Candidate, RefusalKind } from '../allocation/best-fit.ts';
import { describeRequest, type PartitionRequest } from '../allocation/request.ts';
import type { Partition } from '../types.ts';

export function refusalOf(request: PartitionRequest, candidates: readonly Candidate[], partitions: readonly Partition[]): GpuwrightError {
  const what = `acquire: ${describeRequest(request)}`;
  if (candidates.length === 0) {
    if ('gpus' in request) {
      const sizes = [...new Set(partitions.map((partition) => partition.gpus.length))].sort((a, b) => a - b);
      return new GpuwrightError('NO_PARTITION', `${what}: no partition of this baseboard has that many: there are partitions of ${sizes.join(', ')}`);
    }
    return new GpuwrightError('NO_PARTITION', `${what}: no partition has exactly these: choose the GPUs of one partition of the list that \`partitions\` gives`);
  }
  const reasons = candidates.map((candidate) => `partition ${candidate.id}: ${candidate.refusals.map((refusal) => refusal.why).join(', ')}`).join('; ');
  const every = (kind: RefusalKind): boolean => candidates.every((candidate) => candidate.refusals.some((refusal) => refusal.kind === kind));
  const only = (kind: RefusalKind): boolean => candidates.some((candidate) => candidate.refusals.every((refusal) => refusal.kind === kind));
  if (every('unknown-owner')) return new GpuwrightError('UNKNOWN_OWNER', `${what}: ${reasons}: find out whose it is, then adopt or deactivate it`);
  if (only('unnamed')) return new GpuwrightError('MODULE_ID_UNKNOWN', `${what}: ${reasons}: let the NVIDIA driver see the GPUs once (R535 or later, else nvidia-smi -q), or give a map`);
  return new GpuwrightError('NO_PARTITION', `${what}: ${reasons}: release a partition, or ask for fewer GPUs`);
}
