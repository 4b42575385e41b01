/** From words to an exit status, whatever happens. */
import { CommanderError } from 'commander';
import { EXIT } from './exit-code.ts';
import { reportFailure } from './failure.ts';
import type { Ports } from './ports.ts';
import { gpuwrightProgram } from './program.ts';
import { jsonLine } from './reading-json.ts';

/** @param words without the interpreter and the script. Never rejects. */
export async function runCommandLine(words: readonly string[], ports: Ports): Promise<number> {
  let code: number = EXIT.fine;
  const json = asksForJson(words);
  const program = gpuwrightProgram(ports.version, ports.screen, async (action) => {
    code = await action(ports);
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return usageFailure(error, json, ports);
    return reportFailure(error, { json }, ports.screen);
  }
}

/** commander has already written its sentence, or the help that was asked for. */
function usageFailure(error: CommanderError, json: boolean, ports: Ports): number {
  // Help and version that were asked for.
  if (error.exitCode === 0) return EXIT.fine;
  if (json) ports.screen.out(jsonLine({ schema: 1, error: { code: 'INVALID_INPUT', message: error.code === 'commander.help' ? 'no command is named: --help shows them' : error.message.replace(/^error: /, '') } }));
  return EXIT.usage;
}

/** Also where the words are too wrong to be parsed. What stands after -- is another program's. */
function asksForJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const ours = end === -1 ? words : words.slice(0, end);
  return ours.includes('--json') || ours.includes('--format=json') || (ours.includes('--format') && ours[ours.indexOf('--format') + 1] === 'json');
}
