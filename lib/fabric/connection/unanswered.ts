/** What it means for Fabric Manager that its library hung or crashed. */
import { GpuwrightError, isGpuwrightError } from '../../errors.ts';

/** Other errors stay as they are. `renewed`: the process that waited was ended. */
export function unansweredByFabric(error: unknown, deadlineMs: number, renewed: boolean): unknown {
  if (!isGpuwrightError(error)) return error;
  const call = error.call ?? 'libnvfm';
  if (error.code === 'DEVICE_UNRESPONSIVE') {
    const next = renewed ? 'the next call starts afresh' : 'further calls in this process wait for it';
    return new GpuwrightError('DEVICE_UNRESPONSIVE', `${call}: no answer within ${Math.round(deadlineMs)} ms; ${next}: see whether Fabric Manager hangs (\`gpuwright fabric status\`, its log), and restart it`, { call, cause: error });
  }
  if (error.code === 'HELPER_CRASHED') {
    return new GpuwrightError('HELPER_CRASHED', `${call}: libnvfm crashed, as it can when Fabric Manager dies during a call; the next call starts afresh: see whether Fabric Manager runs`, { call, cause: error });
  }
  return error;
}
