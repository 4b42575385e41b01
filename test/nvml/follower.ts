/** Follows `nvml.events()` while a test lets things happen. */
import { afterEach } from 'vitest';
import type { NvmlEvent } from '../../lib/nvml/index.ts';
import { until } from './host.ts';

type Kind = NvmlEvent['kind'];
type OfKind<K extends Kind> = Extract<NvmlEvent, { readonly kind: K }>;

const followers: Follower[] = [];
afterEach(async () => {
  for (const follower of followers.splice(0)) await follower.leave();
});

export class Follower {
  /** Everything that came. */
  readonly items: NvmlEvent[] = [];
  /** Resolves when the iteration ends; rejects with what it threw. */
  readonly ended: Promise<void>;
  readonly #events: AsyncIterableIterator<NvmlEvent>;
  #seen = 0;
  #isOver = false;

  constructor(events: AsyncIterableIterator<NvmlEvent>) {
    this.#events = events;
    this.ended = this.#follow();
    this.ended.catch(() => undefined);
    followers.push(this);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The next of this kind (that is wanted) after the last that was given; what comes before it is passed over. */
  async next<K extends Kind>(kind: K, isWanted: (item: OfKind<K>) => boolean = () => true): Promise<OfKind<K>> {
    const find = (): number => this.items.findIndex((item, place) => place >= this.#seen && item.kind === kind && isWanted(item as OfKind<K>));
    try {
      await until(() => find() >= 0 || this.#isOver, 20_000);
    } catch (cause) {
      throw new Error(`no ${kind} came that was wanted; since the last: ${JSON.stringify(this.items.slice(this.#seen).map(summary))}`, { cause });
    }
    const place = find();
    if (place < 0) throw new Error(`the iteration ended before ${kind}: ${JSON.stringify(this.items.map(summary))}`);
    this.#seen = place + 1;
    return this.items[place] as OfKind<K>;
  }

  async leave(): Promise<void> {
    await this.#events.return?.();
  }

  async #follow(): Promise<void> {
    try {
      for await (const item of this.#events) this.items.push(item);
    } finally {
      this.#isOver = true;
    }
  }
}

function summary(item: NvmlEvent): string {
  return item.kind === 'interrupted' ? `interrupted by ${item.error.code}` : item.kind === 'snapshot' ? 'snapshot' : `${item.kind} ${item.type}`;
}
