/** The NVLinks of a host: to switches, by the wiring of its board, or straight from GPU to GPU. */
import type { AttributeTree } from './attributes.ts';
import type { JsonReader } from './json-reader.ts';
import type { PciAddress } from './pci-address.ts';
import { addressOf, parsePciAddress } from './pci-address.ts';
import type { Wiring } from './wiring.ts';
import { readWiring } from './wiring.ts';

export interface SwitchedLinks {
  readonly wiring: Wiring;
  /** Of each board of the profile in turn; `undefined` where switches are no PCI devices. */
  readonly switches: readonly PciAddress[] | undefined;
}

/** So many links between two GPUs; the GPUs number their links in the order of the list. */
export interface DirectLinks {
  readonly pairs: readonly { readonly gpu: number; readonly peer: number; readonly count: number }[];
}

export type Links = SwitchedLinks | DirectLinks;

/** `gpus`: how many GPUs the profile has. */
export function readLinks(file: string, from: JsonReader, gpus: number): Links {
  from.onlyKeys('wiring', 'switches', 'direct');
  if (from.has('direct')) {
    if (from.has('wiring') || from.has('switches')) throw from.complaint('direct', 'either direct, or wiring and switches');
    return { pairs: from.list('direct').map((pair) => readPair(pair, gpus)) };
  }
  const wiring = readWiring(from.text('wiring'), `${file}: links`);
  const boards = gpus / wiring.gpus.length;
  if (!Number.isInteger(boards)) throw from.complaint('wiring', `one of a board whose ${wiring.gpus.length} GPUs make up the ${gpus} of the profile`);
  const switches = from.has('switches') ? from.texts('switches').map((text) => parsePciAddress(`${file}: links.switches`, text)) : undefined;
  if (switches && switches.length !== boards * wiring.switches) throw from.complaint('switches', `the PCI addresses of ${boards * wiring.switches} switches`);
  return { wiring, switches };
}

function readPair(from: JsonReader, gpus: number): DirectLinks['pairs'][number] {
  from.onlyKeys('gpu', 'peer', 'count');
  const gpu = from.number('gpu', 0, gpus - 1);
  const peer = from.number('peer', 0, gpus - 1);
  if (gpu === peer) throw from.complaint('peer', 'another GPU than gpu');
  return { gpu, peer, count: from.number('count', 1, 36) };
}

/** One GPU of a host that has `gpus` of them. */
export interface LinkedGpu {
  readonly index: number;
  readonly gpus: number;
  readonly moduleId: number | undefined;
}

/** What the links of a GPU lead to, as attributes. `places`: the addresses of the profile's GPUs. */
export function linkAttributes(links: Links, places: readonly PciAddress[], gpu: LinkedGpu): AttributeTree {
  const link = 'pairs' in links ? directLinks(links, places, gpu) : switchedLinks(links, places.length, gpu);
  return { nvlink: { domain: Math.floor(gpu.index / places.length), link: Object.fromEntries(link.entries()) } };
}

function ends(address: PciAddress | undefined): AttributeTree {
  return address === undefined ? { 'remote-domain': null } : { 'remote-domain': address.domain, 'remote-bus': address.bus, 'remote-device': address.device };
}

function switchedLinks({ wiring, switches }: SwitchedLinks, slots: number, { index, moduleId }: LinkedGpu): AttributeTree[] {
  const ofBoard = wiring.gpus.length;
  const slot = index % slots;
  const board = Math.floor(slot / ofBoard);
  // The vendor's tables number the GPUs as their module ids do.
  const number = (moduleId === undefined ? slot : moduleId - 1) % ofBoard;
  return (wiring.gpus[number] ?? []).map(({ nvswitch, port }) => ({
    state: 'active',
    remote: 'switch',
    ...ends(switches && addressOf(switches, board * wiring.switches + nvswitch + Math.floor(index / slots) * switches.length)),
    'remote-link': port,
  }));
}

function directLinks({ pairs }: DirectLinks, places: readonly PciAddress[], { index, gpus }: LinkedGpu): AttributeTree[] {
  const slot = index % places.length;
  const used = new Map<number, number>();
  const take = (gpu: number) => {
    const link = used.get(gpu) ?? 0;
    used.set(gpu, link + 1);
    return link;
  };
  const links: AttributeTree[] = [];
  for (const { gpu, peer, count } of pairs) {
    for (let i = 0; i < count; i++) {
      const own = { [gpu]: take(gpu), [peer]: take(peer) };
      if (slot !== gpu && slot !== peer) continue;
      const other = slot === gpu ? peer : gpu;
      const otherIndex = index - slot + other;
      links[own[slot] as number] = otherIndex < gpus ? { state: 'active', remote: 'gpu', ...ends(addressOf(places, otherIndex)), 'remote-link': own[other] as number } : { state: 'inactive' };
    }
  }
  return links;
}
