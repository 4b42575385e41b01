/** Whether a value may stand behind a key, whatever else the file says. */
import type { ConfigItem, ConfigValueRule } from './item.ts';

/** Why not and what instead; undefined: it may. */
export function valueFault(item: ConfigItem, value: string): string | undefined {
  const { rule } = item;
  switch (rule.kind) {
    case 'choice':
      return rule.values.some((allowed) => String(allowed.value) === value) ? undefined : `not one of its values${hint(value)}: give ${describeRule(rule)}`;
    case 'number': {
      const number = /^\d+$/.test(value) ? Number(value) : NaN;
      return number >= rule.minimum && number <= (rule.maximum ?? Number.MAX_SAFE_INTEGER) ? undefined : `not such a number${hint(value)}: give ${describeRule(rule)}`;
    }
    case 'path':
      if (value === '') return rule.empty === undefined ? `it cannot be empty: give ${describeRule(rule)}` : undefined;
      if (rule.maxLength !== undefined && value.length > rule.maxLength) return `${value.length} characters are too many: give ${describeRule(rule)}`;
      return undefined;
    case 'ipv4': {
      const parts = value.split('.');
      return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255) ? undefined : `not an IPv4 address${hint(value)}: give ${describeRule(rule)}`;
    }
    case 'hex':
      return /^0x[0-9a-f]{1,16}$/i.test(value) ? undefined : `not a number in hexadecimal${hint(value)}: give ${describeRule(rule)}`;
    case 'unknown':
      return undefined;
  }
}

export function describeRule(rule: ConfigValueRule): string {
  switch (rule.kind) {
    case 'choice':
      return rule.values.map(({ value }) => value).join(', ').replace(/, (\d+)$/, ' or $1');
    case 'number': {
      const unit = rule.unit ? ` (${rule.unit})` : '';
      return rule.maximum === undefined ? `a whole number from ${rule.minimum}${unit}` : `a whole number from ${rule.minimum} to ${rule.maximum}${unit}`;
    }
    case 'path':
      return `a path${rule.maxLength === undefined ? '' : ` of at most ${rule.maxLength} characters`}${rule.empty === undefined ? '' : `, or nothing: ${rule.empty}`}`;
    case 'ipv4':
      return 'an IPv4 address';
    case 'hex':
      return 'a number of up to 64 bits as 0x…';
    case 'unknown':
      return 'no document tells';
  }
}

/** Comments stand on lines of their own; whether one behind a value is cut off, no document tells. */
function hint(value: string): string {
  return value.includes('#') ? ' (a comment belongs on a line of its own)' : '';
}
