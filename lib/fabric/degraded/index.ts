export type { Behaviour, DegradedEffect, FailureItem } from './behaviours.ts';
export { BEHAVIOURS } from './behaviours.ts';
export type { JobsAtExit } from './exit.ts';
export { jobsAtExit } from './exit.ts';
export { predictDegraded } from './predict.ts';
export type { DegradedCase, DegradedPrediction, Failure, FailurePolicy, PartitionFate, PartitionPrediction, Statement } from './prediction.ts';
export { failurePolicy } from './prediction.ts';
