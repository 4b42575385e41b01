/** One live GPU, asked for its attributes. */
import { nvmlFunction } from '../../../../abi/index.ts';
import type { FunctionDescriptor } from '../../../../abi/parameters.ts';
import { isGpuwrightError } from '../../../../errors.ts';
import type { NvmlPort } from '../../ports.ts';
import type { LiveRead, Told } from './reads.ts';
import { ALWAYS_THERE, LIVE_READS } from './reads.ts';

export type LiveValue = string | number | boolean | null;

/** An attribute that should be there and could not be read. */
export interface NotRead {
  readonly gpu: number;
  readonly attributes: readonly string[];
  readonly message: string;
}

/** What the card or the driver does not have, as opposed to what did not work. */
const ABSENT = ['NOT_SUPPORTED', 'FUNCTION_NOT_FOUND', 'SYMBOL_ABSENT'];

type Answer = { readonly outputs: unknown } | { readonly absent: true } | { readonly failed: string };

export class LiveGpu {
  readonly #nvml: NvmlPort;
  readonly #index: number;

  constructor(nvml: NvmlPort, index: number) {
    this.#nvml = nvml;
    this.#index = index;
  }

  /** Everything that it tells, or only what changes by itself. */
  async values(moving = false): Promise<{ readonly values: Map<string, LiveValue>; readonly notRead: readonly NotRead[] }> {
    const values = new Map<string, LiveValue>();
    const notRead: NotRead[] = [];
    for (const one of LIVE_READS.filter(({ moves }) => moves || !moving)) {
      const answer = await this.call(one.symbol, one.inputs);
      if ('failed' in answer) notRead.push({ gpu: this.#index, attributes: Object.keys(one.tells), message: answer.failed });
      else take(one, answer, values);
    }
    // What one function could not tell, another may have told.
    return { values, notRead: notRead.filter(({ attributes }) => attributes.some((name) => !values.has(name))) };
  }

  /** Of this GPU's handle. */
  async call(symbol: string, inputs: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    try {
      return { outputs: await this.#nvml.callRaw(nvmlFunction(symbol) as FunctionDescriptor, { values: inputs, handles: { device: String(this.#index) } }) };
    } catch (error) {
      if (!isGpuwrightError(error)) throw error;
      return ABSENT.includes(error.code) ? { absent: true } : { failed: error.message };
    }
  }
}

function take({ tells, conditional }: LiveRead, answer: Answer, values: Map<string, LiveValue>): void {
  for (const [name, tell] of Object.entries(tells)) {
    if ('outputs' in answer) {
      const value = valueOf(tell(answer.outputs as never));
      if (value !== undefined) values.set(name, value);
    } else if (!conditional && !ALWAYS_THERE.has(name) && !values.has(name)) {
      values.set(name, null);
    }
  }
}

/** A number too large for JSON becomes a text. */
function valueOf(told: Told): LiveValue | undefined {
  if (typeof told !== 'bigint') return told;
  return told <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(told) : String(told);
}
