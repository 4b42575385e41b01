/** The ways in which NVML is called; what must hold, holds for each. */
import type { NvmlOptions } from '../../lib/nvml/index.ts';

export type Way = Required<Pick<NvmlOptions, 'backend' | 'isolation'>>;

export const WAYS: readonly (readonly [name: string, way: Way])[] = [
  ['the addon in this process', { backend: 'addon', isolation: 'in-process' }],
  ['the addon in a helper', { backend: 'addon', isolation: 'helper-process' }],
  ['koffi in a helper', { backend: 'koffi', isolation: 'helper-process' }],
];
