/** What a GPU may draw and how warm it may get. */
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import { functionCall } from '../../library/library-call.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { mapReading } from '../../telemetry/reading.ts';
import type { Ask } from './ask.ts';
import { reading } from './ask.ts';

export interface PowerLimits {
  /** As it was set. */
  readonly limitMilliwatts: Reading<number>;
  /** What holds now, the least of all that limit it. */
  readonly enforcedMilliwatts: Reading<number>;
  readonly defaultMilliwatts: Reading<number>;
  readonly minimumMilliwatts: Reading<number>;
  readonly maximumMilliwatts: Reading<number>;
}

export interface TemperatureLimits {
  readonly shutdownCelsius: Reading<number>;
  readonly slowdownCelsius: Reading<number>;
  readonly memoryMaximumCelsius: Reading<number>;
  readonly gpuMaximumCelsius: Reading<number>;
}

export interface GpuLimits {
  readonly power: PowerLimits;
  readonly temperature: TemperatureLimits;
}

const threshold = (device: bigint, thresholdType: 'shutdown' | 'slowdown' | 'mem-max' | 'gpu-max') => functionCall(c.nvmlDeviceGetTemperatureThreshold, { device, thresholdType });

export async function readLimits(ask: Ask): Promise<GpuLimits> {
  const [limit, enforced, standard, range, shutdown, slowdown, memory, gpu] = await ask(
    (device) =>
      [
        functionCall(c.nvmlDeviceGetPowerManagementLimit, { device }),
        functionCall(c.nvmlDeviceGetEnforcedPowerLimit, { device }),
        functionCall(c.nvmlDeviceGetPowerManagementDefaultLimit, { device }),
        functionCall(c.nvmlDeviceGetPowerManagementLimitConstraints, { device }),
        threshold(device, 'shutdown'),
        threshold(device, 'slowdown'),
        threshold(device, 'mem-max'),
        threshold(device, 'gpu-max'),
      ] as const,
  );
  const constraints = reading(range, (outputs) => outputs);
  const celsius = ({ temp }: { readonly temp: number }): number => temp;
  return {
    power: {
      limitMilliwatts: reading(limit, (outputs) => outputs.limit),
      enforcedMilliwatts: reading(enforced, (outputs) => outputs.limit),
      defaultMilliwatts: reading(standard, ({ defaultLimit }) => defaultLimit),
      minimumMilliwatts: mapReading(constraints, ({ minLimit }) => minLimit),
      maximumMilliwatts: mapReading(constraints, ({ maxLimit }) => maxLimit),
    },
    temperature: {
      shutdownCelsius: reading(shutdown, celsius),
      slowdownCelsius: reading(slowdown, celsius),
      memoryMaximumCelsius: reading(memory, celsius),
      gpuMaximumCelsius: reading(gpu, celsius),
    },
  };
}
