/**
 * A Fabric Manager for the ledger's tests, as it was observed in the field: clashes told as IN_USE, repeated deactivations told in two ways,
 * time-outs that succeeded, a window after a restart in which lists are refused. What it routes outlives its clients; `connectedFabric` reaches one
 * that lives in another process.
 */
import { createServer, connect, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { GpuwrightError, isGpuwrightError, type ErrorCode } from '../../lib/errors.ts';
import type { CallOptions } from '../../lib/library/call-options.ts';
import type { ActivateOptions, Partition, PartitionControl } from '../../lib/fabric/types.ts';
import { partitionsOf, type BaseboardName } from './baseboards.ts';

/** What happens at the next call of that kind. */
export interface Mishap {
  readonly call: keyof PartitionControl;
  /** What the caller hears; undefined: all is well. */
  readonly code?: ErrorCode;
  /** Whether it takes effect all the same; default false. */
  readonly effect?: boolean;
  /** That many later lists still show the old state. */
  readonly late?: number;
  /** Run when the call arrives, before anything else. */
  readonly first?: () => void;
}

export class SimulatedFabric implements PartitionControl {
  readonly active = new Set<number>();
  /** Virtual functions of each activation. */
  readonly virtualFunctions = new Map<number, readonly string[]>();
  /** In restart mode, after a restart, until a set is handed back. */
  waiting = false;
  mishaps: Mishap[] = [];
  /** `activate 3`, in order. */
  readonly calls: string[] = [];
  /** Every moment at which links of an active partition were cut. */
  readonly cut: number[] = [];
  /** Lists leave these out. */
  readonly unlisted = new Set<number>();
  readonly #board: readonly Partition[];
  #late: { lists: number; effect: () => void }[] = [];

  constructor(board: BaseboardName | readonly Partition[] = 'h100') {
    this.#board = typeof board === 'string' ? partitionsOf(board) : board;
  }

  async partitions(_options?: CallOptions): Promise<readonly Partition[]> {
    this.#meet('partitions', () => undefined);
    if (this.waiting) throw told('FABRIC_NOT_READY');
    for (const late of this.#late) late.lists -= 1;
    for (const late of this.#late.filter(({ lists }) => lists < 0)) late.effect();
    this.#late = this.#late.filter(({ lists }) => lists >= 0);
    return this.#board.filter(({ id }) => !this.unlisted.has(id)).map((partition) => ({ ...partition, active: this.active.has(partition.id) }));
  }

  async activate(id: number, options: ActivateOptions = {}): Promise<void> {
    this.calls.push(`activate ${id}`);
    if (this.#meet('activate', () => this.#route(id, options.virtualFunctions ?? []))) return;
    if (this.waiting) throw told('FABRIC_NOT_READY');
    const partition = this.#partition(id);
    const clash = this.#board.find((other) => this.active.has(other.id) && other.gpus.some((gpu) => partition.gpus.some((member) => member.physicalId === gpu.physicalId)));
    if (clash !== undefined) throw told('IN_USE', id % 2 ? -7 : -17);
    if (options.virtualFunctions !== undefined && options.virtualFunctions.length !== partition.gpus.length) throw told('INVALID_ARGUMENT');
    this.#route(id, options.virtualFunctions ?? []);
  }

  async deactivate(id: number, _options?: CallOptions): Promise<void> {
    this.calls.push(`deactivate ${id}`);
    if (this.#meet('deactivate', () => this.#unroute(id))) return;
    if (this.waiting) throw told('FABRIC_NOT_READY');
    this.#partition(id);
    if (!this.active.has(id)) throw id % 2 ? told('UNINITIALIZED', -4) : told('PARTITION_NOT_ACTIVE', -18);
    this.#unroute(id);
  }

  async restoreActivated(ids: readonly number[], _options?: CallOptions): Promise<void> {
    this.calls.push(`restore ${ids.join(',')}`);
    const restored = (): void => {
      for (const id of [...this.active]) if (!ids.includes(id)) this.#unroute(id);
      for (const id of ids) this.active.add(id);
      this.waiting = false;
    };
    if (this.#meet('restoreActivated', restored)) return;
    if (!this.waiting) throw told('INVALID_ARGUMENT');
    for (const id of ids) this.#partition(id);
    restored();
  }

  /** The daemon ends and comes back: links stay as they are until a set is handed back. */
  restartInRestartMode(): void {
    this.waiting = true;
    this.#late = [];
  }

  /** The daemon comes back and knows nothing. */
  startCold(): void {
    this.active.clear();
    this.waiting = false;
    this.#late = [];
  }

  /** Module ids of every active partition, doubles and all. */
  get routedGpus(): number[] {
    return [...this.active].flatMap((id) => this.#partition(id).gpus.map((gpu) => gpu.physicalId));
  }

  #partition(id: number): Partition {
    const partition = this.#board.find((candidate) => candidate.id === id);
    if (partition === undefined) throw told('INVALID_ARGUMENT', -1);
    return partition;
  }

  #route(id: number, virtualFunctions: readonly string[]): void {
    this.active.add(id);
    this.virtualFunctions.set(id, virtualFunctions);
  }

  #unroute(id: number): void {
    if (this.active.delete(id)) this.cut.push(id);
  }

  /** True where the call has been answered. */
  #meet(call: keyof PartitionControl, effect: () => void): boolean {
    const place = this.mishaps.findIndex((mishap) => mishap.call === call);
    const mishap = this.mishaps[place];
    if (mishap === undefined) return false;
    this.mishaps.splice(place, 1);
    mishap.first?.();
    if (mishap.effect === true && mishap.late === undefined) effect();
    if (mishap.late !== undefined) this.#late.push({ lists: mishap.late, effect });
    if (mishap.code !== undefined) throw told(mishap.code);
    return mishap.late !== undefined;
  }
}

function told(code: ErrorCode, status?: number): GpuwrightError {
  return new GpuwrightError(code, `simulated: ${code}`, status === undefined ? {} : { status });
}

/** Lets other processes use it, at a unix socket: one line of JSON each way. */
export async function serveFabric(fabric: SimulatedFabric, path: string): Promise<Server> {
  const server = createServer((socket) => {
    // A client that is killed amid its request is what this is for.
    const ignored = (): void => undefined;
    socket.on('error', ignored);
    const lines = createInterface({ input: socket });
    lines.on('error', ignored);
    lines.on('line', (line) => void answer(line).then((text) => socket.write(`${text}\n`)));
  });
  async function answer(line: string): Promise<string> {
    const { call, args } = JSON.parse(line) as { readonly call: keyof PartitionControl; readonly args: readonly never[] };
    try {
      return JSON.stringify({ answer: (await (fabric[call] as (...args: never[]) => Promise<unknown>)(...args)) ?? null });
    } catch (error) {
      return JSON.stringify({ code: isGpuwrightError(error) ? error.code : 'VENDOR_ERROR' });
    }
  }
  server.listen(path);
  await once(server, 'listening');
  return server;
}

/** @param meanwhile awaited once a request is on its way, before its answer is read: there a process can end with its request under way */
export function connectedFabric(path: string, meanwhile: (what: string) => void | Promise<void> = () => undefined): PartitionControl & { close(): void } {
  const socket = connect(path);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const ask = async (call: keyof PartitionControl, ...args: readonly unknown[]): Promise<unknown> => {
    const sent = new Promise<void>((resolve) => socket.write(`${JSON.stringify({ call, args })}\n`, () => resolve()));
    await sent;
    await meanwhile(`${call}: under way`);
    const { value } = (await lines.next()) as { readonly value: string };
    const { answer, code } = JSON.parse(value) as { readonly answer?: unknown; readonly code?: ErrorCode };
    if (code !== undefined) throw told(code);
    return answer;
  };
  return {
    partitions: async () => (await ask('partitions')) as readonly Partition[],
    activate: async (id, options) => void (await ask('activate', id, { virtualFunctions: options?.virtualFunctions })),
    deactivate: async (id) => void (await ask('deactivate', id)),
    restoreActivated: async (ids) => void (await ask('restoreActivated', ids)),
    close: () => socket.destroy(),
  };
}
