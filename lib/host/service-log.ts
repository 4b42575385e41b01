/** The lines that a unit has in the journal (`journalctl --output=json`: one object a line). */
import type { ProgramResult } from './run-program.ts';

export interface ServiceLogOptions {
  /** At most so many, the latest; default 200. */
  readonly lines?: number;
  readonly since?: Date;
  /** Only what came after this line. */
  readonly afterCursor?: string;
}

export interface ServiceLogLine {
  readonly time: Date;
  readonly message: string;
  /** As syslog counts: 3 is an error, 4 a warning; null: not told. */
  readonly priority: number | null;
  readonly pid: number | null;
  readonly cursor: string | null;
}

export interface ServiceLog {
  readonly lines: readonly ServiceLogLine[];
  /** Lines that were there and could not be read. Not zero: something is missing. */
  readonly unreadable: number;
  /** This user may not see all of the journal: no line is no proof. */
  readonly restricted: boolean;
}

export async function readServiceLog(unit: string, options: ServiceLogOptions, journalctl: (args: readonly string[]) => Promise<ProgramResult>): Promise<ServiceLog> {
  const { lines = 200, since, afterCursor } = options;
  const { stdout, stderr } = await journalctl([
    '--no-pager',
    '--output=json',
    `--unit=${unit}`,
    `--lines=${lines}`,
    ...(since ? [`--since=@${Math.floor(since.getTime() / 1000)}`] : []),
    ...(afterCursor === undefined ? [] : [`--after-cursor=${afterCursor}`]),
  ]);
  const objects = stdout.split('\n').filter((line) => line !== '' && line !== '-- No entries --');
  const read = objects.map(readLine);
  return {
    lines: read.filter((line) => line !== undefined),
    unreadable: read.filter((line) => line === undefined).length,
    restricted: /not seeing messages|insufficient permissions/i.test(stderr),
  };
}

function readLine(text: string): ServiceLogLine | undefined {
  try {
    const { MESSAGE, __REALTIME_TIMESTAMP, PRIORITY, _PID, __CURSOR } = JSON.parse(text) as Record<string, unknown>;
    const time = new Date(Number(__REALTIME_TIMESTAMP) / 1000);
    const message = messageOf(MESSAGE);
    if (message === undefined || typeof __REALTIME_TIMESTAMP !== 'string' || Number.isNaN(time.getTime())) return undefined;
    return { time, message, priority: numberOf(PRIORITY), pid: numberOf(_PID), cursor: typeof __CURSOR === 'string' ? __CURSOR : null };
  } catch {
    return undefined;
  }
}

/** A message that is not UTF-8 comes as an array of its bytes, one that is too large as null. */
function messageOf(message: unknown): string | undefined {
  if (typeof message === 'string') return message;
  return Array.isArray(message) && message.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256) ? Buffer.from(message as number[]).toString() : undefined;
}

function numberOf(text: unknown): number | null {
  return typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : null;
}
