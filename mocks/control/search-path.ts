import { GpuwrightError } from '../../lib/errors.ts';

/** An environment in which the loader looks into that folder first. Two characters split the variable's value, and the loader knows no way to escape them. */
export function withLibrariesFirst(folder: string, base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (/[:;]/.test(folder)) throw new GpuwrightError('INVALID_INPUT', `${folder}: the loader splits LD_LIBRARY_PATH at ':' and ';': put the machine file where the path has neither`);
  const before = base['LD_LIBRARY_PATH'];
  return { ...base, LD_LIBRARY_PATH: before ? `${folder}:${before}` : folder };
}
