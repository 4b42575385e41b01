export type { Cure, CureId } from './pending-cures.ts';
export { pendingPageCures, pendingRowCures } from './pending-cures.ts';
export { answered, otherFailures } from './unread.ts';
export type { ReasonId, Verdict, VerdictLevel, VerdictReason } from './verdict.ts';
export { verdict } from './verdict.ts';
