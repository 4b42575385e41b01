/** Accounting: what processes have used of a GPU, those included that have ended. */
import { VALUE_NOT_AVAILABLE_U32, VALUE_NOT_AVAILABLE_U64 } from '../../abi/nvml/constants.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import { functionCall } from '../../library/library-call.ts';
import { flag } from '../plausible.ts';
import type { Ask } from './ask.ts';
import { told } from './ask.ts';

export interface AccountedProcess {
  readonly pid: number;
  readonly running: boolean;
  /** Over the life of the process; undefined where the driver does not know, as for the rest. */
  readonly gpuPercent: number | undefined;
  readonly memoryPercent: number | undefined;
  readonly maxMemoryBytes: bigint | undefined;
  /** How long it has been using the GPU; 0 while it is running. */
  readonly activeMs: bigint | undefined;
  readonly startedAt: Date;
}

export interface GpuAccounting {
  readonly enabled: boolean;
  /** So many processes are remembered; then the oldest are forgotten. */
  readonly bufferSize: number;
  readonly processes: readonly AccountedProcess[];
}

const known32 = (value: number): number | undefined => (value === VALUE_NOT_AVAILABLE_U32 ? undefined : value);
const known64 = (value: bigint): bigint | undefined => (value === VALUE_NOT_AVAILABLE_U64 ? undefined : value);

/** Processes forgotten between listing and asking are left out. */
export async function readAccounting(ask: Ask): Promise<GpuAccounting> {
  const [mode, buffer] = await ask((device) => [functionCall(c.nvmlDeviceGetAccountingMode, { device }), functionCall(c.nvmlDeviceGetAccountingBufferSize, { device })] as const);
  const enabled = flag('nvmlDeviceGetAccountingMode', 'the accounting mode', told(mode).mode);
  const { bufferSize } = told(buffer);
  if (!enabled) return { enabled, bufferSize, processes: [] };
  const [listed] = await ask((device) => [functionCall(c.nvmlDeviceGetAccountingPids, { device })] as const);
  const { pids } = told(listed);
  if (pids.length === 0) return { enabled, bufferSize, processes: [] };
  const answers = await ask((device) => pids.map((pid) => functionCall(c.nvmlDeviceGetAccountingStats, { device, pid })));
  const processes = answers.flatMap((answer, place): AccountedProcess[] => {
    if (!answer.ok && answer.error.code === 'NOT_FOUND') return [];
    const { stats } = told(answer);
    return [
      {
        pid: pids[place] ?? 0,
        running: flag('nvmlDeviceGetAccountingStats', 'whether the process runs', stats.isRunning),
        gpuPercent: known32(stats.gpuUtilization),
        memoryPercent: known32(stats.memoryUtilization),
        maxMemoryBytes: known64(stats.maxMemoryUsage),
        activeMs: known64(stats.time),
        startedAt: new Date(Number(stats.startTime / 1000n)),
      },
    ];
  });
  return { enabled, bufferSize, processes };
}
