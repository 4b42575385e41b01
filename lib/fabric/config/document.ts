/**
 * fabricmanager.cfg, line by line. What is not changed is kept to the byte: order, comments, blank lines, unknown keys, trailing blanks,
 * line ends, and text in whatever encoding. The syntax is `KEY=value`, a line each, and `#` before a comment.
 */
import { GpuwrightError } from '../../errors.ts';
import type { ConfigKey, ConfigValue } from './items/index.ts';
import { configItem } from './items/index.ts';
import { valueFault } from './value.ts';

export interface ConfigLine {
  /** Without its end. */
  readonly text: string;
  /** `\n`, `\r\n`, or empty at the end of the file. */
  readonly end: string;
}

export interface ConfigEntry {
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

export interface ConfigDocument {
  readonly lines: readonly ConfigLine[];
  /** Files are UTF-8; one that is not is taken byte for byte, so that it can be written back. */
  readonly encoding: 'utf8' | 'latin1';
}

// A byte order mark, where an editor left one, counts as a blank.
const ENTRY = /^(?<before>\s*(?<key>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*)(?<value>.*?)(?<after>\s*)$/s;

export function parseConfig(text: string, encoding: ConfigDocument['encoding'] = 'utf8'): ConfigDocument {
  const lines: ConfigLine[] = [];
  for (const [whole, content = '', end = ''] of text.matchAll(/(.*?)(\r?\n|$)/gs)) {
    if (whole !== '') lines.push({ text: content, end });
  }
  return { lines, encoding };
}

export function parseConfigBytes(bytes: Uint8Array): ConfigDocument {
  try {
    return parseConfig(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return parseConfig(Buffer.from(bytes).toString('latin1'), 'latin1');
  }
}

export function printConfig(document: ConfigDocument): string {
  return document.lines.map(({ text, end }) => text + end).join('');
}

export function printConfigBytes(document: ConfigDocument): Buffer {
  return Buffer.from(printConfig(document), document.encoding);
}

/** Every `KEY=value` line, in order, repeated ones too. */
export function configEntries(document: ConfigDocument): ConfigEntry[] {
  return document.lines.flatMap(({ text }, index) => {
    const entry = readEntry(text);
    return entry ? [{ key: entry.key, value: entry.value, line: index + 1 }] : [];
  });
}

/** Lines that are neither blank, nor comment, nor `KEY=value`. */
export function strayLines(document: ConfigDocument): number[] {
  return document.lines.flatMap(({ text }, index) => (/^\s*(#|$)/.test(text) || readEntry(text) ? [] : [index + 1]));
}

/**
 * The value that stands in the file; undefined where the key does not. Refuses (`INVALID_INPUT`) a key that stands there twice with
 * different values: which one counts, no document tells.
 */
export function getConfig(document: ConfigDocument, key: string): string | undefined {
  const found = configEntries(document).filter((entry) => entry.key === key);
  if (new Set(found.map(({ value }) => value)).size > 1) throw repeated(key, found);
  return found[0]?.value;
}

/** The value that counts: that of the file, else the default; null where neither is known. */
export function effectiveConfig(document: ConfigDocument, key: ConfigKey): string | null {
  return getConfig(document, key) ?? configItem(key)?.default ?? null;
}

/** Changes the one line of the key, or adds one at the end. Refuses (`INVALID_INPUT`) a value that is not allowed. */
export function setConfig<K extends ConfigKey>(document: ConfigDocument, key: K, value: ConfigValue<K>): ConfigDocument {
  return setConfigText(document, key, String(value));
}

/** The same with a value as a person types it. An unknown key is refused as a likely mistake, unless `unknownKey` says that it is none. */
export function setConfigText(document: ConfigDocument, key: string, value: string, options: { readonly unknownKey?: boolean } = {}): ConfigDocument {
  const item = configItem(key);
  if (!item && !(options.unknownKey && /^[A-Za-z_][A-Za-z0-9_]*$/.test(key))) throw new GpuwrightError('INVALID_INPUT', `${key}: no such item of fabricmanager.cfg is known: correct the spelling`);
  const fault = item && valueFault(item, value);
  if (fault) throw new GpuwrightError('INVALID_INPUT', `${key}=${value}: ${fault}`);
  if (value !== value.trim() || /[\r\n]/.test(value)) throw new GpuwrightError('INVALID_INPUT', `${key}: a value cannot begin or end with blanks, or go on in another line: leave them out`);
  if (document.encoding === 'latin1' && /[^\x00-\xff]/.test(value)) throw new GpuwrightError('INVALID_INPUT', `${key}: the file is not UTF-8 and cannot hold this value: convert the file first`);

  const found = configEntries(document).filter((entry) => entry.key === key);
  if (found.length > 1) throw repeated(key, found);
  if (found[0]) return changeLine(document, found[0].line, value);
  return append(document, `${key}=${value}`);
}

/** Takes every line of the key out, so that its default counts. */
export function unsetConfig(document: ConfigDocument, key: string): ConfigDocument {
  const gone = new Set(configEntries(document).filter((entry) => entry.key === key).map(({ line }) => line));
  return { ...document, lines: document.lines.filter((_, index) => !gone.has(index + 1)) };
}

function readEntry(text: string): { readonly before: string; readonly key: string; readonly value: string; readonly after: string } | undefined {
  const { before, key, value, after } = ENTRY.exec(text)?.groups ?? {};
  return before === undefined || key === undefined || value === undefined || after === undefined ? undefined : { before, key, value, after };
}

function changeLine(document: ConfigDocument, line: number, value: string): ConfigDocument {
  const lines = document.lines.map(({ text, end }, index) => {
    const entry = index + 1 === line ? readEntry(text) : undefined;
    return entry && entry.value !== value ? { text: entry.before + value + entry.after, end } : { text, end };
  });
  return { ...document, lines };
}

/** With the line end that the file uses. */
function append(document: ConfigDocument, text: string): ConfigDocument {
  const lines = [...document.lines];
  const end = lines.find((line) => line.end !== '')?.end ?? '\n';
  const last = lines.at(-1);
  if (last?.end === '') lines[lines.length - 1] = { text: last.text, end };
  return { ...document, lines: [...lines, { text, end }] };
}

function repeated(key: string, found: readonly ConfigEntry[]): GpuwrightError {
  return new GpuwrightError('INVALID_INPUT', `${key}: stands on lines ${found.map(({ line }) => line).join(' and ')}, and which one counts is not documented: leave one`);
}
