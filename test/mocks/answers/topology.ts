import { readFileSync } from 'node:fs';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const H100 = { profile: 'hgx-h100-8' } as const;
const T4 = { profile: 't4-4' } as const;
const RTX_3090 = { profile: 'rtx-3090-2' } as const;

/** Processors that this thread may run on, as Linux lists them. */
const allowed = () => /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/thread-self/status', 'utf8'))?.[1] as string;
const FIRST = /^\d+/.exec(allowed())?.[0] as string;

const links = (count: number, state: string) => Object.fromEntries(Array.from({ length: count }, (_, link) => [`nvlink.link.${link}.state`, state]));
const path = ({ raw, device, other }: AnswerHost) => raw.nvmlDeviceGetTopologyCommonAncestor({ device1: device, device2: other }).pathInfo.name;
const peers = ({ raw, device, other }: AnswerHost) =>
  (['read', 'write', 'nvlink', 'atomics', 'pci'] as const).map((p2pIndex) => raw.nvmlDeviceGetP2PStatus({ device1: device, device2: other, p2pIndex }).p2pStatus.name);
/** Numbers in a set of C's `unsigned long`. */
const members = (set: readonly bigint[]) => set.flatMap((word, at) => Array.from({ length: 64 }, (_, bit) => 64 * at + bit).filter((number) => (word >> BigInt(number % 64)) & 1n));
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

export const topologyAnswers: AnswerTable = {
  nvmlDeviceGetTopologyCommonAncestor: [
    { read: path, before: 'multiple', change: set({ 'topology.root-port': 9 }), after: 'hostbridge' },
    { read: path, before: 'multiple', change: set({ 'topology.root-port': 9, 'topology.host-bridge': 9 }), after: 'node' },
    { read: path, before: 'multiple', change: set({ 'topology.root-port': null, 'topology.host-bridge': null, 'topology.numa-node': null }), after: 'system' },
    { profile: 'tesla-v100-8', read: path, before: 'single', change: set({ 'board.board-id': 0x700 }), after: 'internal' },
  ],
  nvmlDeviceGetTopologyNearestGpus: {
    ...H100,
    read: ({ raw, device }) => raw.nvmlDeviceGetTopologyNearestGpus({ device, level: 'node' }).deviceArray.length,
    before: 3,
    change: set({ 'topology.numa-node': 1 }),
    after: 4,
  },
  nvmlSystemGetTopologyGpuSet: {
    read: ({ raw, device, other }) => raw.nvmlSystemGetTopologyGpuSet({ cpuNumber: 50 }).deviceArray.map((each) => [device, other].indexOf(each)),
    before: [0, 1],
    change: set({ 'topology.cpus': '0-3' }),
    after: [1],
  },
  nvmlDeviceGetP2PStatus: [
    { read: peers, before: ['ok', 'ok', 'ok', 'ok', 'ok'], change: set(links(12, 'inactive')), after: ['ok', 'ok', 'not-supported', 'not-supported', 'ok'] },
    { ...H100, read: peers, before: ['ok', 'ok', 'ok', 'ok', 'ok'], change: set({ 'fabric.state': 'in-progress', 'topology.p2p-over-pcie': false }), after: ['gpu-not-supported', 'gpu-not-supported', 'not-supported', 'not-supported', 'gpu-not-supported'] },
    {
      ...T4,
      read: peers,
      before: ['ok', 'ok', 'not-supported', 'not-supported', 'ok'],
      change: set({ 'topology.numa-node': 1 }),
      after: ['ioh-topology-not-supported', 'ioh-topology-not-supported', 'not-supported', 'not-supported', 'ioh-topology-not-supported'],
    },
    {
      ...RTX_3090,
      read: peers,
      before: ['gpu-not-supported', 'gpu-not-supported', 'not-supported', 'not-supported', 'gpu-not-supported'],
      change: set({ 'nvlink.link.0.state': 'active', 'nvlink.link.0.remote': 'gpu', 'nvlink.link.0.remote-domain': 0, 'nvlink.link.0.remote-bus': 0x21 }),
      after: ['ok', 'ok', 'ok', 'ok', 'gpu-not-supported'],
    },
  ],
  nvmlDeviceOnSameBoard: {
    read: ({ raw, device, other }) => raw.nvmlDeviceOnSameBoard({ device1: device, device2: other }),
    before: { onSameBoard: 0 },
    change: set({ 'board.board-id': 0xf00 }),
    after: { onSameBoard: 1 },
  },
  nvmlDeviceGetCpuAffinity: [
    {
      read: ({ raw, device }) => members(raw.nvmlDeviceGetCpuAffinity({ device }).cpuSet),
      before: [...range(48, 63), ...range(176, 191)],
      change: set({ 'topology.cpus': '1,63-65' }),
      after: [1, 63, 64, 65],
    },
    {
      read: ({ raw, device }) => members(raw.nvmlDeviceGetCpuAffinity({ device }).cpuSet),
      before: {},
      change: set({ 'topology.cpus': null }),
      after: refused('NOT_SUPPORTED'),
    },
  ],
  nvmlDeviceGetCpuAffinityWithinScope: [
    {
      read: ({ raw, device }) => members(raw.nvmlDeviceGetCpuAffinityWithinScope({ device, scope: 1 }).cpuSet),
      before: [...range(0, 63), ...range(128, 191)],
      change: set({ 'topology.socket-cpus': '0-1' }),
      after: [0, 1],
    },
    {
      read: ({ raw, device }) => members(raw.nvmlDeviceGetCpuAffinityWithinScope({ device, scope: 0 }).cpuSet),
      before: [...range(48, 63), ...range(176, 191)],
      change: set({ 'topology.cpus': '5' }),
      after: [5],
    },
  ],
  nvmlDeviceGetMemoryAffinity: [
    { read: ({ raw, device }) => members(raw.nvmlDeviceGetMemoryAffinity({ device, scope: 0 }).nodeSet), before: [3], change: set({ 'topology.numa-node': 70 }), after: [70] },
    { read: ({ raw, device }) => members(raw.nvmlDeviceGetMemoryAffinity({ device, scope: 1 }).nodeSet), before: [0, 1, 2, 3], change: set({ 'topology.socket-numa-nodes': null }), after: [3] },
  ],
  nvmlDeviceSetCpuAffinity: {
    prepare: set({ 'topology.cpus': FIRST }),
    read: ({ raw, device }) => {
      raw.nvmlDeviceSetCpuAffinity({ device });
      const cpus = allowed();
      raw.nvmlDeviceClearCpuAffinity({ device });
      return cpus;
    },
    before: FIRST,
    change: set({ 'topology.cpus': null }),
    after: refused('NOT_SUPPORTED'),
  },
  nvmlDeviceClearCpuAffinity: {
    prepare: async (host) => {
      await host.set({ 'topology.cpus': FIRST });
      host.raw.nvmlDeviceSetCpuAffinity({ device: host.device });
    },
    read: () => ({ bound: allowed() === FIRST }),
    before: { bound: true },
    change: ({ raw, device }) => raw.nvmlDeviceClearCpuAffinity({ device }),
    after: { bound: false },
  },
  nvmlDeviceGetNumaNodeId: {
    read: ({ raw, device }) => raw.nvmlDeviceGetNumaNodeId({ device }),
    before: refused('NOT_SUPPORTED'),
    change: set({ 'topology.memory-numa-node': 2 }),
    after: { node: 2 },
  },
};
