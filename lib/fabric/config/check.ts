/** Is this file good: each value by itself, for this platform, and all of them together. Pure; the file is not changed. */
import type { Baseboard, PlatformId } from '../platforms/index.ts';
import { BASEBOARDS } from '../platforms/index.ts';
import { combinationFindings } from './combinations.ts';
import type { ConfigDocument } from './document.ts';
import { configEntries, strayLines } from './document.ts';
import type { ConfigItem } from './item.ts';
import { configItem } from './items/index.ts';
import { valueFault } from './value.ts';

/**
 * `error`: Fabric Manager will not do what is asked, or nobody can tell what it will do. `warning`: it will, and that is probably not
 * wanted. `note`: good to know.
 */
export type ConfigSeverity = 'error' | 'warning' | 'note';

export interface ConfigFinding {
  readonly severity: ConfigSeverity;
  /** From 1; null: about what does not stand in the file. */
  readonly line: number | null;
  readonly key: string | null;
  readonly message: string;
  /** Of the guide, or null. */
  readonly section: string | null;
}

export interface ConfigSurroundings {
  /** Absent: rules that depend on it are left out. */
  readonly platform?: PlatformId;
  /** Of the system, 1 or 2. */
  readonly baseboards?: 1 | 2;
}

/** Every finding, in the order of lines. Empty: nothing is wrong. */
export function checkConfig(document: ConfigDocument, surroundings: ConfigSurroundings = {}): ConfigFinding[] {
  const findings: ConfigFinding[] = strayLines(document).map((line) => ({ severity: 'error', line, key: null, message: 'neither comment nor KEY=value: begin it with # or delete it', section: null }));
  const seen = new Map<string, { readonly value: string; readonly line: number }>();
  for (const { key, value, line } of configEntries(document)) {
    const earlier = seen.get(key);
    if (earlier) {
      const same = earlier.value === value;
      findings.push({ severity: same ? 'note' : 'error', line, key, message: same ? `stands on line ${earlier.line} already` : `is ${earlier.value || 'empty'} on line ${earlier.line}, and which one counts is not documented: leave one`, section: null });
    }
    seen.set(key, { value, line });
    const item = configItem(key);
    const fault = item && valueFault(item, value);
    if (!item) findings.push({ severity: 'note', line, key, message: 'is not known: correct the spelling, if it is not meant for a later version', section: null });
    else if (fault) findings.push({ severity: 'error', line, key, message: fault, section: item.section });
    else findings.push(...platformFindings(item, value, line, surroundings.platform));
  }
  findings.push(...combinationFindings(document, surroundings));
  return findings.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
}

/** Whether the item, and this value of it, do anything on the platform. Its default is in every file and says nothing. */
function platformFindings(item: ConfigItem, value: string, line: number, platform: PlatformId | undefined): ConfigFinding[] {
  const about = { line, key: item.key, section: item.section };
  if (item.group === 'multiNode') return [{ ...about, severity: 'note', message: 'is for systems whose NVLinks join several hosts; what it may be is not documented' }];
  if (platform === undefined || value === item.default) return [];
  const board = BASEBOARDS[platform];
  if (item.ignoredOn?.includes(platform)) return [{ ...about, severity: 'warning', message: `is ignored on ${board.name}`, section: '13.8' }];
  const choice = item.rule.kind === 'choice' ? item.rule.values.find((allowed) => String(allowed.value) === value) : undefined;
  const where = choice?.platforms ?? (item.platforms === 'any' ? undefined : item.platforms);
  if (where && !where.includes(platform)) {
    return [{ ...about, severity: 'warning', message: `${choice?.platforms ? `${value} is` : 'is'} described for ${where.map((id) => BASEBOARDS[id].name).join(' and ')} alone; what it does on ${board.name} is not known` }];
  }
  return narrowFindings(item, board, about);
}

/** What release 2.3 of the guide says of single items and the table of items cannot. */
function narrowFindings(item: ConfigItem, board: Baseboard, about: { readonly line: number; readonly key: string; readonly section: string | null }): ConfigFinding[] {
  const internal = ['BIND_INTERFACE_IP', 'STARTING_TCP_PORT', 'UNIX_SOCKET_PATH'].includes(item.key) && ![2, 3].includes(board.nvSwitchGeneration);
  const topology = item.key === 'TOPOLOGY_FILE_PATH' && board.nvSwitchGeneration >= 4;
  return internal || topology ? [{ ...about, severity: 'warning', message: `does nothing on ${board.name}` }] : [];
}
