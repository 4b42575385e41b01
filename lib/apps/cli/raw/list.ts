/** `gpuwright raw --list [NAME]`: which functions there are, and how each is called. */
import { cPrototype } from '../../../abi/c-text.ts';
import { nvmlFunctions } from '../../../abi/index.ts';
import type { FunctionDescriptor, Parameter } from '../../../abi/parameters.ts';
import { GpuwrightError } from '../../../errors.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { wrap } from '../table.ts';
import { explained, inputsOf, usageOf } from './forms.ts';

const NO_OUTPUTS: ReadonlySet<Parameter['kind']> = new Set(['handle', 'value', 'text-in', 'in', 'length']);

/** @param part of a name; that of one function alone, or all of its name, shows everything about it */
export function list(part: string | undefined, options: { readonly json?: boolean }, { screen }: Pick<Ports, 'screen'>): number {
  const all = Object.values(nvmlFunctions as Readonly<Record<string, FunctionDescriptor>>);
  const found = part === undefined ? all : all.filter(({ symbol }) => symbol.toLowerCase().includes(part.toLowerCase()));
  const [first] = found;
  if (first === undefined) throw new GpuwrightError('INVALID_INPUT', `raw: no function has '${part}' in its name: give another part of a name, or none to see all ${all.length}`);
  if (options.json === true) {
    screen.out(jsonText({ schema: 1, functions: found.map(facts) }));
    return EXIT.fine;
  }
  const one = found.length === 1 ? first : found.find(({ symbol }) => symbol === part);
  screen.out(one === undefined ? listText(found) : detailText(one, screen.columns));
  return EXIT.fine;
}

function facts(one: FunctionDescriptor): object {
  return {
    function: one.symbol, usage: usageOf(one), outputs: outputsOf(one), signature: cPrototype(one),
    changes: one.changes, since: one.since ?? null, architecture: one.architecture ?? null, root: one.root,
  };
}

function outputsOf({ parameters, result }: FunctionDescriptor): string[] {
  return result === 'text' ? ['text'] : Object.entries(parameters).flatMap(([name, { kind }]) => (NO_OUTPUTS.has(kind) ? [] : [name]));
}

function listText(all: readonly FunctionDescriptor[]): string {
  const lines = all.map((one) => {
    const outputs = outputsOf(one);
    return `${one.changes ? '! ' : '  '}${usageOf(one)}${outputs.length === 0 ? '' : ` -> ${outputs.join(' ')}`}`;
  });
  return `${lines.join('\n')}\n\n${all.length} functions. ! changes something and needs --yes; [ ] may be left out; -> what it answers. \`gpuwright raw --list FUNCTION\` explains one.\n`;
}

function detailText(one: FunctionDescriptor, columns: number): string {
  const facts = [
    one.changes ? 'changes something and needs --yes' : 'reads',
    ...(one.since === undefined ? [] : [`from driver branch ${one.since} on${one.since === 440 ? ' or earlier' : ''}`]),
    ...(one.architecture === undefined ? [] : [`on ${one.architecture[0]?.toUpperCase() ?? ''}${one.architecture.slice(1)} and later`]),
    ...(one.root ? ['as root'] : []),
  ];
  const inputs = inputsOf(one);
  const width = Math.max(0, ...inputs.map(({ name }) => name.length), 'answers'.length);
  const row = (name: string, text: string) => wrap(`  ${name.padEnd(width)}  ${text}`, columns, ' '.repeat(width + 4));
  const outputs = outputsOf(one);
  return [
    usageOf(one),
    wrap(`  ${cPrototype(one)}`, columns, '    '),
    `  ${facts.join(', ')}`,
    ...inputs.map((input) => row(input.name, `${explained(input)}${input.optional ? ' (may be left out)' : ''}`)),
    row('answers', outputs.length === 0 ? 'whether it worked' : outputs.join(', ')),
    '',
  ].join('\n');
}
