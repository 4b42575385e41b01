/**
 * How a command fails: a sentence on stderr, with --json an object on stdout as well
 * (`{ "schema": 1, "error": { "code", "message" } }`), and an exit status.
 */
import type { ErrorCode } from '../../errors.ts';
import { isGpuwrightError } from '../../errors.ts';
import { exitCodeOfError } from './exit-code.ts';
import type { Screen } from './ports.ts';
import { jsonText } from './reading-json.ts';

export function reportFailure(error: unknown, options: { readonly json?: boolean | undefined }, screen: Pick<Screen, 'out' | 'err'>): number {
  const { code, message } = describeFailure(error);
  if (options.json === true) screen.out(jsonText(failureJson(error)));
  screen.err(`gpuwright: ${message}\n`);
  // An error that is none of ours is a defect: its stack is what its mender needs.
  if (code === 'UNEXPECTED' && error instanceof Error && error.stack !== undefined) screen.err(`${error.stack}\n`);
  return exitCodeOfError(code);
}

export function describeFailure(error: unknown): { readonly code: ErrorCode | 'UNEXPECTED'; readonly message: string } {
  return { code: isGpuwrightError(error) ? error.code : 'UNEXPECTED', message: error instanceof Error ? error.message : String(error) };
}

export function failureJson(error: unknown): unknown {
  return { schema: 1, error: describeFailure(error) };
}
