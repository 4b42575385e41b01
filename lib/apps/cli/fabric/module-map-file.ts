/** `--module-map FILE`: which GPU sits in which module, from somebody who knows. */
import { GpuwrightError } from '../../../errors.ts';
import type { ModuleReading } from '../../../fabric/index.ts';

const SHAPE = '[ { "moduleId": 1, "pciBusId": "0000:1b:00.0" }, … ], each with "uuid" if it is known';

/** Addresses and numbers are checked by who uses them. Throws `INVALID_INPUT`. */
export function readModuleMap(file: string, text: string): ModuleReading[] {
  const parsed = parse(file, text);
  if (!Array.isArray(parsed) || parsed.length === 0) throw wrong(file, 'is no list of GPUs');
  return parsed.map((entry: unknown, index) => {
    const { moduleId, pciBusId, uuid = null, ...rest } = (entry ?? {}) as Record<string, unknown>;
    const strange = Object.keys(rest)[0];
    if (strange !== undefined) throw wrong(file, `[${index}] has "${strange}", which is not known`);
    if (typeof moduleId !== 'number') throw wrong(file, `[${index}] has no moduleId that is a number`);
    if (typeof pciBusId !== 'string') throw wrong(file, `[${index}] has no pciBusId that is a text`);
    if (uuid !== null && typeof uuid !== 'string') throw wrong(file, `[${index}] has a uuid that is no text`);
    return { moduleId, pciBusId, uuid };
  });
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GpuwrightError('INVALID_INPUT', `${file}: is not JSON: write it as ${SHAPE}`, { cause });
  }
}

function wrong(file: string, why: string): GpuwrightError {
  return new GpuwrightError('INVALID_INPUT', `${file}: ${why}: write it as ${SHAPE}`);
}
