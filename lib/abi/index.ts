/** The abi floor: C interfaces as data, and the bytes of their calls. Imports nothing of ours. */
export * from './call.ts';
export { decode, encode, readMember } from './codec.ts';
export * from './enumeration.ts';
export * from './frame.ts';
export * from './layout.ts';
export * from './open-enum.ts';
export { cFunction } from './c-function.ts';
export type { FunctionDescriptor, FunctionFacts, InputsOf, OutputsOf, Parameter, Parameters } from './parameters.ts';
/** For describing functions of other libraries: `cFunction('f', { device: parameter.handle('dev_t') }, { changes: false })`. */
export * as parameter from './parameters.ts';
export * from './shapes.ts';
export * from './versions.ts';
export * from './nvml/constants.ts';
export * from './nvml/architecture.ts';
export * as nvmlEnum from './nvml/enums/index.ts';
export * as nvmlStruct from './nvml/structs/index.ts';
export * from './nvml/field-ids.ts';
export * as flags from './nvml/flags.ts';
export * from './nvml/families.ts';
export * from './nvml/fields.ts';
export * from './nvml/first-driver.ts';
export * from './nvml/functions.ts';
export * from './nvml/return-codes.ts';
