/** Runs a program as if it had been started in our place: our terminal, signals passed on, its exit status. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { GpuwrightError } from '../../errors.ts';

/** A terminal sends these to the whole foreground group: the program has them already. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const PASSED_ON: readonly NodeJS.Signals[] = [...FROM_TERMINAL, 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];

/**
 * Resolves with its exit status, 128 + n when signal n ended it. Rejects with `INVALID_INPUT` where it cannot be started.
 * @param terminal whether we share a terminal with it
 */
export function runProgram(command: string, args: readonly string[], env: NodeJS.ProcessEnv, terminal = process.stdin.isTTY === true): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: 'inherit' });
    const listeners = PASSED_ON.map((signal) => {
      const listener = () => {
        if (!(terminal && FROM_TERMINAL.includes(signal))) child.kill(signal);
      };
      process.on(signal, listener);
      return { signal, listener };
    });
    const done = () => {
      for (const { signal, listener } of listeners) process.off(signal, listener);
    };
    child.on('error', (cause: NodeJS.ErrnoException) => {
      done();
      const reason = cause.code === 'ENOENT' ? 'there is no such program' : cause.code === 'EACCES' ? 'it may not be executed' : cause.message;
      reject(new GpuwrightError('INVALID_INPUT', `${command}: could not be started, ${reason}: check the name after --, and PATH`, { cause }));
    });
    child.on('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
