/** Plain columns, two blanks apart: no frames, so that a line can be copied and searched. */
import Table from 'cli-table3';

const NO_FRAME = {
  'top': '', 'top-mid': '', 'top-left': '', 'top-right': '',
  'bottom': '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  'left': '', 'left-mid': '', 'mid': '', 'mid-mid': '', 'right': '', 'right-mid': '', 'middle': '  ',
} as const;

/** A cell with line breaks takes several lines. Trailing blanks are removed. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({ chars: NO_FRAME, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  drawn.push([...head], ...rows.map((row) => [...row]));
  return drawn.toString().split('\n').map((line) => line.trimEnd()).join('\n');
}

/** Breaks each line at blanks; what follows a break starts with `indent`. Words longer than the line stay whole. */
export function wrap(text: string, columns: number, indent = ''): string {
  return text.split('\n').map((line) => wrapLine(line, columns, indent)).join('\n');
}

function wrapLine(text: string, columns: number, indent: string): string {
  const lines: string[] = [];
  const lead = /^ */.exec(text)?.[0] ?? '';
  let line = '';
  for (const word of text.slice(lead.length).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === '' ? lead + word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
