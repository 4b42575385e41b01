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
// The ledger: who owns which partition.
export { FabricLedger, type OwnedPartition } from './ledger/ledger.ts';
export type { LedgerOptions, MemberHealth } from './ledger/ports.ts';
export type { Acquired, AcquireOptions } from './ledger/acquire.ts';
export type { Released } from './ledger/release.ts';
export type { ChangedPartition } from './ledger/by-partition.ts';
export type { Restored, RestoreOptions } from './ledger/restore.ts';
export { restoreSet, type Liveness, type RestoreReason, type RestoreSet } from './ledger/restore-set.ts';
export { differences, type Difference, type DifferenceKind, type RemedyKind } from './ledger/reconcile.ts';
export type { Resolution } from './ledger/observe.ts';
export type { ActivePartition, Holding, LedgerGpu, LedgerRecord, Observation, Operation, Quarantine } from './ledger/record.ts';
export type { PartitionRequest } from './allocation/request.ts';
export { bestFit, type Candidate, type Choice, type Left, type RefusedCandidate, type Refusal, type RefusalKind } from './allocation/best-fit.ts';
export type { Block, Room } from './allocation/packing.ts';
export type { VirtualFunctions } from './allocation/virtual-functions.ts';
export { ModuleIds, type ModuleIdsOptions, type ModuleIdSource } from './module-ids/module-ids.ts';
export { ModuleMap, type ModuleReading, type PlacedGpu } from './module-ids/module-map.ts';
export { modulesInNvidiaSmiText } from './module-ids/nvidia-smi-text.ts';
// What is known about the machine around Fabric Manager, without asking it.
export * from './config/index.ts';
export * from './degraded/index.ts';
export * from './deployment/index.ts';
export * from './exclusion/index.ts';
export * from './links/index.ts';
export * from './platforms/index.ts';
