import type { ConfigItem } from '../item.ts';

/** Known by name alone: they belong to systems whose NVLinks join several hosts. */
function multiNode<K extends string>(key: K) {
  return { key, group: 'multiNode', what: 'belongs to systems whose NVLinks join several hosts', rule: { kind: 'unknown' }, default: null, platforms: [], section: null } as const satisfies ConfigItem;
}

export const MULTI_NODE = [
  multiNode('ENABLE_LOCALFM'),
  multiNode('GFM_WAIT_TIMEOUT'),
  multiNode('ENABLE_TOPOLOGY_VALIDATION'),
  multiNode('FABRIC_NODE_CONFIG_FILE'),
  multiNode('MULTI_NODE_TOPOLOGY'),
  multiNode('MULTI_NODE_ENABLE_ALL_NODE_PARTITION'),
] as const;
