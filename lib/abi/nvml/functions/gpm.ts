/** NVML's functions: gpm. */
import { u32 } from '../../layout.ts';
import { handleOut, inout, out, value } from '../../parameters.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device, gpmSample } from './operands.ts';

export const gpmFunctions = define({
  nvmlGpmMetricsGet: reads({ metricsGet: inout(s.gpmMetricsGet) }, { architecture: 'hopper' }),
  nvmlGpmSampleFree: reads({ gpmSample }, { architecture: 'hopper' }),
  nvmlGpmSampleAlloc: reads({ gpmSample: handleOut('nvmlGpmSample_t') }, { architecture: 'hopper' }),
  nvmlGpmSampleGet: reads({ device, gpmSample }, { architecture: 'hopper' }),
  nvmlGpmMigSampleGet: reads({ device, gpuInstanceId: value(u32), gpmSample }, { architecture: 'hopper' }),
  nvmlGpmQueryDeviceSupport: reads({ device, gpmSupport: inout(s.gpmSupport) }, { architecture: 'hopper' }),
  nvmlGpmQueryIfStreamingEnabled: reads({ device, state: out(u32) }, { architecture: 'hopper' }),
  nvmlGpmSetStreamingEnabled: changes({ device, state: value(u32) }, { architecture: 'hopper' }),
});
