/**
 * Environment of the Python processes that load the mock library. `GPUWRIGHT_TEST_PRELOAD` names a sanitizer's runtime, which has to be
 * in the process before a library built with it.
 */
export function pythonEnvironment(): NodeJS.ProcessEnv {
  const preload = process.env['GPUWRIGHT_TEST_PRELOAD'];
  return preload ? { ...process.env, LD_PRELOAD: preload } : process.env;
}

/** Under a sanitizer a library needs its runtime, and a crash that is meant is a report. */
export const isSanitized = /lib[at]san/.test(process.env['LD_PRELOAD'] ?? '');
