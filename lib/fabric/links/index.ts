export type { PartitionAtPort, PartitionOnBoard, Tenancy, TracedPort } from './trace.ts';
export { partitionsOnBoard, portsOfOwner, portsOfPartition, tracePort } from './trace.ts';
export type { GpuLink, PortEnd, SwitchPort } from './wiring.ts';
export { allPorts, endOfPort, linksOfGpu, portOfLink } from './wiring.ts';
