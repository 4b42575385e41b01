/** What changes something is shown before it is done, and somebody says yes to it. */
import { GpuwrightError } from '../../../errors.ts';
import type { Ports } from '../ports.ts';
import { wrap } from '../table.ts';
import type { FabricHost } from './host.ts';

/**
 * Shows the plan and asks; nothing of it with --yes. Throws `ABORTED` where the answer is no, or where nobody can be asked.
 * @param what the command, for its sentence
 * @param plan sentences, and texts of several lines, which are left as they are
 */
export async function consent(what: string, plan: readonly string[], options: { readonly yes?: boolean }, host: FabricHost, ports: Ports): Promise<void> {
  if (options.yes === true) return;
  ports.screen.err(`${host.headline}${plan.map((part) => (part.includes('\n') ? part : wrap(part, ports.screen.columns, '  '))).join('\n')}\n`);
  if (!host.ports.canAsk) throw new GpuwrightError('ABORTED', `${what}: nothing was changed, for there is no terminal to ask at: look at what it would do, then add --yes`);
  if (!(await host.ports.confirm('Do it?'))) throw new GpuwrightError('ABORTED', `${what}: nothing was changed, as you wished`);
}
