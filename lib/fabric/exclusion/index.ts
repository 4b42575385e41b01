export type { ExcludedDevice, ExcludedSwitch, ExclusionReport, ExclusionSources } from './excluded.ts';
export { listExcluded } from './excluded.ts';
export type { ExclusionLine, ExclusionPlan, ModuleOptionsFile } from './module-options.ts';
export { exclusionLines, MODULE_OPTIONS_PATH, planExclusion } from './module-options.ts';
