/** Lanes for those who keep one for long: the lowest free number, so that threads are used again. */
export interface TakenLane {
  readonly name: string;
  giveBack(): void;
}

export class NumberedLanes {
  readonly #prefix: string;
  readonly #taken = new Set<number>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  take(): TakenLane {
    let number = 0;
    while (this.#taken.has(number)) number += 1;
    this.#taken.add(number);
    return { name: `${this.#prefix}:${number}`, giveBack: () => void this.#taken.delete(number) };
  }
}
