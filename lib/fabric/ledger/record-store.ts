/** The record on disk, and the one lock under which it is read and changed. */
import { join } from 'node:path';
import { prepareFolder, readTrusted, removeLeftovers, writeDurably, type DurableStage } from '../../host/durable-file.ts';
import { takeHostLock, type HostLockOptions } from '../../host/host-lock.ts';
import { decodeRecord, EMPTY_RECORD, encodeRecord, type LedgerRecord } from './record.ts';

/** Where a process can be ended by a test: `intent: renamed`, `activate: called`. */
export type Stage = (name: string) => void | Promise<void>;

/** The record while the lock is held. */
export interface OpenRecord {
  readonly record: LedgerRecord;
  /** Durable when it resolves. `what` names the write in stages. */
  save(record: LedgerRecord, what: string): Promise<void>;
}

export class RecordStore {
  readonly folder: string;
  readonly path: string;
  readonly #stage: Stage;

  constructor(folder: string, stage: Stage) {
    this.folder = folder;
    this.path = join(folder, 'ledger.json');
    this.#stage = stage;
  }

  async locked<T>(options: HostLockOptions, use: (open: OpenRecord) => Promise<T>): Promise<T> {
    await prepareFolder(this.folder);
    const lock = await takeHostLock(join(this.folder, 'lock'), options);
    try {
      await this.#stage('locked');
      await removeLeftovers(this.path);
      const text = await readTrusted(this.path);
      let record = text === undefined ? EMPTY_RECORD : decodeRecord(this.path, text);
      const result = await use({
        get record() {
          return record;
        },
        save: async (changed, what) => {
          await writeDurably(this.path, encodeRecord(changed), { stage: (stage: DurableStage) => this.#stage(`${what}: ${stage}`) });
          record = changed;
        },
      });
      await this.#stage('before unlock');
      return result;
    } finally {
      lock.release();
    }
  }
}
