/** Fabric Manager: NVLink partitions of an HGX baseboard, and who has which. */
export type { GpuwrightError } from '../errors.ts';
export { isGpuwrightError } from '../errors.ts';
export { isLibraryAbsent } from '../library/locate.ts';
export type { CallOptions } from '../library/call-options.ts';
export type * from './types.ts';
// the connection
export type { FabricAddress } from './connection/address.ts';
export type { ConnectOptions, FabricPorts } from './connection/fabric-manager.ts';
export { FabricManager } from './connection/fabric-manager.ts';
// watching
export type * from './watch/types.ts';
export { watchFabric } from './watch/watch.ts';
