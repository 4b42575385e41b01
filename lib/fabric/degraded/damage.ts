/** What failures add up to, while they are gone through one by one. */
import type { Baseboard, DefaultPartition, Trays } from '../platforms/index.ts';
import { defaultPartitions, trayOf } from '../platforms/index.ts';
import type { DegradedPrediction, PartitionFate, Statement } from './prediction.ts';

interface Switch {
  readonly tray: 1 | 2;
  readonly nvSwitch: number;
}

/** The worse comes later, and what is worse stands. */
const FATES: readonly PartitionFate[] = ['stays', 'reduced', 'listed', 'unknown', 'gone'];

interface Fate {
  fate: PartitionFate;
  bandwidth: '5/6' | null;
  readonly reasons: string[];
}

export class Damage {
  readonly board: Baseboard;
  readonly trays: Trays;
  readonly partitioned: boolean;
  readonly #fates = new Map<DefaultPartition, Fate>();
  readonly #gpus = new Set<number>();
  readonly #switches = new Map<string, Switch>();
  readonly #statements: Statement[] = [];
  readonly #unknown = new Set<string>();
  #fabric: DegradedPrediction['fabric'] = 'up';

  constructor(board: Baseboard, trays: Trays, partitioned: boolean) {
    this.board = board;
    this.trays = trays;
    this.partitioned = partitioned;
    if (partitioned) for (const partition of defaultPartitions(board, trays)) this.#fates.set(partition, { fate: 'stays', bandwidth: null, reasons: [] });
  }

  state(statement: Statement): void {
    if (!this.#statements.some(({ what, section }) => what === statement.what && section === statement.section)) this.#statements.push(statement);
  }

  /** Nobody can tell the outcome: of the whole fabric, or of nothing but what the sentence names. */
  open(sentence: string, whole: boolean): void {
    this.#unknown.add(sentence);
    if (!whole) return;
    if (this.#fabric === 'up') this.#fabric = 'unknown';
    this.each(() => true, 'unknown', sentence);
  }

  fabricDown(reason: string): void {
    this.#fabric = 'not-initialized';
    this.each(() => true, 'gone', reason);
  }

  withoutNvLink(physicalId: number): void {
    this.#gpus.add(physicalId);
  }

  each(which: (partition: DefaultPartition) => boolean, fate: PartitionFate, reason: string): void {
    for (const [partition, state] of this.#fates) {
      if (!which(partition)) continue;
      if (FATES.indexOf(fate) > FATES.indexOf(state.fate)) state.fate = fate;
      if (!state.reasons.includes(reason)) state.reasons.push(reason);
    }
  }

  /** One switch and, with two baseboards, its peer. */
  disablePair(one: Switch, reason: string): void {
    this.#switches.set(`${one.tray}:${one.nvSwitch}`, one);
    this.each((partition) => partition.linksPerGpu > 0 && (this.trays.length > 1 || partition.physicalIds.every((id) => trayOf(this.board, id) === one.tray)), 'reduced', reason);
    for (const state of this.#fates.values()) if (state.fate === 'reduced' && state.reasons.includes(reason)) state.bandwidth = '5/6';
  }

  result(): DegradedPrediction {
    if (this.#switches.size > 1) this.open('more than one pair of switches is disabled: whether the rest is used, and with what bandwidth, is not documented', true);
    return {
      fabric: this.#fabric,
      partitions: [...this.#fates].map(([{ id, physicalIds }, { fate, bandwidth, reasons }]) => ({ id, physicalIds, fate, bandwidth: fate === 'reduced' ? bandwidth : null, reasons })),
      gpusWithoutNvLink: [...this.#gpus].sort((a, b) => a - b),
      switchesDisabled: [...this.#switches.values()],
      statements: this.#statements,
      unknown: [...this.#unknown],
    };
  }
}
