/**
 * How a command fails: a sentence on stderr, with --json an object on stdout as well
 * (`{ "schema": 1, "error": { "code", "message" } }`), and an exit status.
 */
import type { ErrorCode } from '../../errors.ts';
import { isGpuwrightError } from '../../errors.ts';
import { exitCodeOfError } from './exit-code.ts';
import type { Screen } from './ports.ts';
import { jsonLine } from './reading-json.ts';

export function reportFailure(error: unknown, options: { readonly json?: boolean | undefined }, screen: Pick<Screen, 'out' | 'err'>): number {
  const { code, message } = describeFailure(error);
  // On one line, for it may end a stream of lines.
  if (options.json === true) screen.out(jsonLine(failureJson(error)));
  screen.err(`gpuwright: ${withoutPlaces(message)}\n`);
  // An error that is none of ours is a defect: its stack is what its mender needs.
  if (code === 'UNEXPECTED' && error instanceof Error && error.stack !== undefined) screen.err(`${error.stack}\n`);
  return exitCodeOfFailure(error);
}

export function exitCodeOfFailure(error: unknown): number {
  return exitCodeOfError(describeFailure(error).code, isGpuwrightError(error) ? error.call : undefined);
}

/**
 * The sentence without the places where a library was looked for and is not: there are some thirty, and they bury the remedy. What is there
 * and does not load stays.
 */
export function withoutPlaces(message: string): string {
  const [sentence = '', ...places] = message.split('\n');
  if (!sentence.endsWith(TRIED)) return message;
  const broken = places.filter((place) => place.includes(': there, but does not load: '));
  const rest = places.length - broken.length;
  const more = rest === 0 ? '' : ` (\`gpuwright doctor\` lists the ${broken.length === 0 ? '' : 'other '}places)`;
  return broken.length === 0 ? `${sentence.slice(0, -TRIED.length)}${more}` : [`${sentence}${more}`, ...broken].join('\n');
}

const TRIED = '. Tried:';

export function describeFailure(error: unknown): { readonly code: ErrorCode | 'UNEXPECTED'; readonly message: string } {
  return { code: isGpuwrightError(error) ? error.code : 'UNEXPECTED', message: error instanceof Error ? error.message : String(error) };
}

export function failureJson(error: unknown): unknown {
  return { schema: 1, error: describeFailure(error) };
}
