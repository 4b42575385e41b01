/** A machine watched over time. */
import type { Machine, MachineReading } from '../types.ts';
import { valueOf } from './attribute-tree.ts';
import type { ObservedValues } from './types.ts';

type Values = Record<string, ObservedValues[string]>;

/** The attribute that each reading would be, had it been set. */
function readingValues({ clocksMhz, ...reading }: MachineReading): Values {
  return {
    'load.gpu-percent': reading.gpuPercent,
    'load.memory-percent': reading.memoryPercent,
    'load.encoder-percent': reading.encoderPercent,
    'load.decoder-percent': reading.decoderPercent,
    'load.jpeg-percent': reading.jpegPercent,
    'load.ofa-percent': reading.ofaPercent,
    'clocks.graphics-mhz': clocksMhz.graphics,
    'clocks.sm-mhz': clocksMhz.sm,
    'clocks.memory-mhz': clocksMhz.memory,
    'clocks.video-mhz': clocksMhz.video,
    'power.usage-milliwatts': reading.powerMilliwatts,
    'thermal.gpu-celsius': reading.gpuCelsius,
    'memory.used-bytes': reading.usedBytes,
  };
}

/** Each call is one moment: the readings, and all attributes that have changed since the call before. Patterns are not among them, for what they make of a GPU is. */
export class Observer {
  readonly #machine: Machine;
  #before: ReadonlyMap<string, string> | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async look(): Promise<ObservedValues[]> {
    const [{ gpus }, attributes] = await Promise.all([this.#machine.readings(), this.#machine.attributes()]);
    const seen: Values[] = [];
    for (const one of attributes) {
      const [, index, name = ''] = /^gpu\.(\d+)\.(.+)$/.exec(one.name) ?? [];
      if (index === undefined) continue;
      const values = (seen[Number(index)] ??= readingsOf(Number(index), gpus));
      const changed = this.#before !== undefined && this.#before.get(one.name) !== one.value;
      if (changed && !one.fixed && !(name in values) && !name.startsWith('load.')) values[name] = valueOf(one);
    }
    this.#before = new Map(attributes.map(({ name, value }) => [name, value]));
    return seen;
  }
}

/** A GPU that was taken from the driver reads nothing. */
function readingsOf(index: number, gpus: readonly MachineReading[]): Values {
  const reading = gpus.find((one) => one.index === index);
  return reading === undefined ? {} : readingValues(reading);
}
