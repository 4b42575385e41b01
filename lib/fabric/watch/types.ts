/** What a watcher of Fabric Manager asks, and what it tells. */
import type { ReadingError } from '../../telemetry/reading.ts';
import type { OwnedPartition } from '../ledger/ledger.ts';
import type { Difference } from '../ledger/reconcile.ts';
import type { Restored } from '../ledger/restore.ts';
import type { CallOptions } from '../../library/call-options.ts';

/** The part of the ledger that watching needs. */
export interface WatchedLedger {
  survey(options?: CallOptions): Promise<readonly OwnedPartition[]>;
  reconcile(options?: CallOptions): Promise<readonly Difference[]>;
  restore(options?: CallOptions): Promise<Restored>;
}

/** The daemon as its service manager sees it. */
export interface DaemonFacts {
  readonly running: boolean;
  /** Of its main process; another one means that it was restarted. */
  readonly pid: number | null;
  /** It was started to wait for the active set (`--restart`, or FABRIC_MODE_RESTART=1). Null: nobody can tell. */
  readonly restartMode: boolean | null;
  readonly version: string | null;
}

/**
 * - `up`: it lists partitions, or says that its mode has none
 * - `initialising`: it answers, and is not ready
 * - `waiting`: after a restart in restart mode it waits for the active set, for 60 s
 * - `down`: nobody answers
 * - `hung`: it took the question and does not answer
 * - `failing`: it answers with something else
 */
export type FabricState = 'up' | 'initialising' | 'waiting' | 'down' | 'hung' | 'failing';

export type FabricEvent =
  | { readonly kind: 'state'; readonly at: Date; readonly state: FabricState; readonly before: FabricState | null; readonly error: ReadingError | null; readonly partitions: readonly OwnedPartition[] | null }
  /** Another process, or it was away. */
  | { readonly kind: 'restarted'; readonly at: Date; readonly restartMode: boolean | null }
  /** The active set was handed back. */
  | { readonly kind: 'restored'; readonly at: Date; readonly result: Restored }
  /** It is tried again as long as Fabric Manager waits. Once for each kind of failure. */
  | { readonly kind: 'restore-failed'; readonly at: Date; readonly error: ReadingError }
  /** After a start that left nothing active: what there is to do. Nothing of it is done. */
  | { readonly kind: 'plan'; readonly at: Date; readonly differences: readonly Difference[] }
  | { readonly kind: 'flapping'; readonly at: Date; readonly restarts: number; readonly withinMs: number }
  | { readonly kind: 'versions-differ'; readonly at: Date; readonly fabricManager: string; readonly driver: string };

export interface WatchOptions {
  readonly ledger: WatchedLedger;
  /** Rejects or is left out where nobody can tell. Without it a restart shows only in what Fabric Manager answers, and nothing is handed back. */
  readonly daemon?: () => Promise<DaemonFacts>;
  readonly driverVersion?: () => Promise<string | null>;
  /** Milliseconds between two looks; default 2000. In the window of a restart it looks four times as often. */
  readonly intervalMs?: number;
  /** Milliseconds that one look may take; default 5000. */
  readonly deadlineMs?: number;
  /** It flaps if it was restarted so often in that time; default 3 in 10 minutes. */
  readonly flapping?: { readonly restarts: number; readonly withinMs: number };
  /** Ends the iteration; no error is thrown. */
  readonly signal?: AbortSignal;
}
