/**
 * One service of systemd, through systemctl and journalctl: programs that every such host has, whatever speaks D-Bus there.
 */
import { GpuwrightError, isGpuwrightError, type ErrorCode } from '../errors.ts';
import type { ServiceLog, ServiceLogOptions } from './service-log.ts';
import { readServiceLog } from './service-log.ts';
import type { ProgramResult, RunProgram } from './run-program.ts';
import { runProgram } from './run-program.ts';

export interface ServiceStatus {
  /** `loaded`, `not-found`, `masked` … Not found: the rest says nothing. */
  readonly loadState: string;
  /** `active`, `activating`, `inactive`, `failed` … */
  readonly activeState: string;
  /** `running`, `dead`, `auto-restart` … */
  readonly subState: string;
  /** Of its last run: `success`, `exit-code`, `signal`, `timeout` … */
  readonly result: string;
  /** Of the process that runs or ran last; null: none did. */
  readonly pid: number | null;
  /** When it came into its state; null: it never changed. */
  readonly since: Date | null;
  /** How often systemd has started it again by itself; null: this systemd does not count. */
  readonly restarts: number | null;
}

export interface ServiceOptions {
  /** Runs a program; for tests. */
  readonly run?: RunProgram;
}

export interface ServiceCallOptions {
  /** Milliseconds; default 10,000 to ask, 180,000 to change. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

const PROPERTIES = ['LoadState', 'ActiveState', 'SubState', 'Result', 'ExecMainPID', 'StateChangeTimestampMonotonic', 'NRestarts'] as const;
const ASK_MS = 10_000;
/** Links may have to be trained, and a stop that is not heard takes systemd 90 s. */
const CHANGE_MS = 180_000;

export class Service {
  readonly unit: string;
  readonly #run: RunProgram;

  /** @param unit `nvidia-fabricmanager` or `nvidia-fabricmanager.service` */
  constructor(unit: string, options: ServiceOptions = {}) {
    if (!/^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/.test(unit)) throw new GpuwrightError('INVALID_INPUT', `"${unit}": is no name of a unit: give one such as nvidia-fabricmanager`);
    this.unit = /\.[a-z]+$/.test(unit) ? unit : `${unit}.service`;
    this.#run = options.run ?? runProgram;
  }

  async status(options: ServiceCallOptions = {}): Promise<ServiceStatus> {
    const { stdout } = await this.#systemctl('show', [`--property=${PROPERTIES.join(',')}`], { deadlineMs: ASK_MS, ...options });
    const told = new Map(stdout.split('\n').flatMap((line) => [/^(\w+)=(.*)$/.exec(line)]).flatMap((match) => (match ? [[match[1], match[2] ?? ''] as const] : [])));
    const [loadState, activeState, subState] = [told.get('LoadState'), told.get('ActiveState'), told.get('SubState')];
    if (!loadState || !activeState || !subState) throw new GpuwrightError('IMPLAUSIBLE_ANSWER', `systemctl show ${this.unit}: tells no state ("${firstLine(stdout)}"): look at it by hand`, { call: 'systemctl show' });
    return {
      loadState,
      activeState,
      subState,
      result: told.get('Result') || 'unknown',
      pid: count(told.get('ExecMainPID')) || null,
      since: sinceBoot(count(told.get('StateChangeTimestampMonotonic'))),
      restarts: count(told.get('NRestarts')),
    };
  }

  /** Changes the host: for who has a person's yes. Returns when systemd says that it is up; that it works is another question. */
  async start(options: ServiceCallOptions = {}): Promise<void> {
    await this.#change('start', options);
  }
  /** Changes the host: for who has a person's yes. */
  async stop(options: ServiceCallOptions = {}): Promise<void> {
    await this.#change('stop', options);
  }
  /** Changes the host: for who has a person's yes. */
  async restart(options: ServiceCallOptions = {}): Promise<void> {
    await this.#change('restart', options);
  }

  /** Its lines in the journal, oldest first. */
  async log(options: ServiceLogOptions & ServiceCallOptions = {}): Promise<ServiceLog> {
    const { deadlineMs = ASK_MS, signal } = options;
    return await readServiceLog(this.unit, options, async (args) => {
      const answer = await this.#run('journalctl', args, { deadlineMs, signal }).catch(explainAbsence);
      return answer.exitCode === 0 ? answer : fail(`journalctl --unit=${this.unit}`, answer);
    });
  }

  async #change(verb: 'start' | 'stop' | 'restart', options: ServiceCallOptions): Promise<void> {
    try {
      await this.#systemctl(verb, [], { deadlineMs: CHANGE_MS, ...options });
    } catch (error) {
      // The job is systemd's and goes on without us.
      if (!isGpuwrightError(error) || (error.code !== 'TIMEOUT' && error.code !== 'ABORTED')) throw error;
      throw new GpuwrightError('OUTCOME_UNKNOWN', `systemctl ${verb} ${this.unit}: was not waited for to its end, and systemd goes on with it: ask for the status before anything else`, { call: `systemctl ${verb}`, cause: error });
    }
  }

  async #systemctl(verb: string, args: readonly string[], { deadlineMs = ASK_MS, signal }: ServiceCallOptions): Promise<ProgramResult> {
    const answer = await this.#run('systemctl', [verb, '--no-pager', '--no-ask-password', ...args, '--', this.unit], { deadlineMs, signal }).catch(explainAbsence);
    return answer.exitCode === 0 ? answer : fail(`systemctl ${verb} ${this.unit}`, answer);
  }
}

/** Without systemd nothing here can work, and that is no fault of the service. */
function explainAbsence(error: unknown): never {
  if (!isGpuwrightError(error) || error.code !== 'NOT_FOUND') throw error;
  throw new GpuwrightError('NOT_SUPPORTED', `${error.call}: is not on the PATH: this host has no systemd, or the PATH lacks its folder: control the service as this host does`, { cause: error });
}

const REASONS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/access denied|authentication (is )?required|permission|not authorized/i, 'NO_PERMISSION', 'run as root'],
  [/not been booted with systemd|connect to (system )?(bus|scope bus)|host is down/i, 'NOT_SUPPORTED', 'control the service as this host does'],
  [/not found|not loaded|does not exist|no such unit/i, 'NOT_FOUND', 'install the package, or correct the name'],
  [/masked/i, 'NOT_SUPPORTED', 'somebody has forbidden to start it: ask, then systemctl unmask'],
];

function fail(call: string, { exitCode, stderr }: ProgramResult): never {
  const said = firstLine(stderr) || (exitCode === null ? 'ended by a signal' : `exit code ${exitCode}`);
  const [, code, todo] = REASONS.find(([pattern]) => pattern.test(said)) ?? [null, 'VENDOR_ERROR' as const, 'look at the log of the service'];
  throw new GpuwrightError(code, `${call}: ${said}: ${todo}`, { call, ...(exitCode !== null && { status: exitCode }) });
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 200).replace(/[.:]$/, '');
}

function count(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

/** systemd's microseconds and Node's clock both count from the boot (CLOCK_MONOTONIC); a written time depends on locale and zone. */
function sinceBoot(microseconds: number | null): Date | null {
  if (!microseconds) return null;
  return new Date(Date.now() - (Number(process.hrtime.bigint() / 1000n) - microseconds) / 1000);
}
