/**
 * What every backend promises. One function that takes an implementation; what an implementation does not offer is a skip
 * that says so by name.
 */
import { describe } from 'vitest';
import type { Backend } from '../../lib/backend/backend.ts';
import { describeDeadlines } from './deadline-part.ts';
import { describeLanes } from './lane-part.ts';
import { describeOpening } from './opening-part.ts';
import { describeSync } from './sync-part.ts';

/**
 * `create` makes a fresh backend; `inAnotherProcess` is the source text of an ES module that does the same and exports it as
 * `backend`: for the tests that end a process.
 */
export function describeBackendContract(name: string, create: () => Promise<Backend> | Backend, inAnotherProcess: string): void {
  describe(`backend contract: ${name}`, async () => {
    // Tests are collected by capability, so one backend is asked before any test runs.
    const { capabilities } = await create();
    describeOpening(create);
    describeSync(create, capabilities);
    describeLanes(create, capabilities);
    describeDeadlines(create, capabilities, inAnotherProcess);
  });
}
