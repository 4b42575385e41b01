import type { ConfigItem } from '../item.ts';

export const LOGGING = [
  {
    key: 'LOG_LEVEL',
    group: 'logging',
    what: 'how much is logged',
    rule: {
      kind: 'choice',
      values: [
        { value: 0, meaning: 'nothing' },
        { value: 1, meaning: 'critical' },
        { value: 2, meaning: 'errors and worse' },
        { value: 3, meaning: 'warnings and worse' },
        { value: 4, meaning: 'information and worse' },
      ],
    },
    default: '4',
    platforms: 'any',
    section: '2.11.1',
  },
  {
    key: 'LOG_FILE_NAME',
    group: 'logging',
    what: 'the log file',
    rule: { kind: 'path', maxLength: 256, empty: 'standard error, as when the file cannot be opened' },
    default: '/var/log/fabricmanager.log',
    platforms: 'any',
    section: '2.11.1',
  },
  {
    key: 'LOG_APPEND_TO_LOG',
    group: 'logging',
    what: 'what becomes of the old log at start',
    rule: {
      kind: 'choice',
      values: [
        { value: 0, meaning: 'overwritten' },
        { value: 1, meaning: 'appended to' },
      ],
    },
    default: '1',
    platforms: 'any',
    section: '2.11.1',
  },
  {
    key: 'LOG_FILE_MAX_SIZE',
    group: 'logging',
    what: 'size of one log file at which it is rotated',
    rule: { kind: 'number', minimum: 1, unit: 'MB' },
    default: '1024',
    platforms: 'any',
    section: '2.11.1',
  },
  {
    key: 'LOG_MAX_ROTATE_COUNT',
    group: 'logging',
    what: 'how many rotated log files are kept',
    rule: { kind: 'number', minimum: 0 },
    default: '3',
    platforms: 'any',
    section: '2.11.1',
    notes: ['0 ends logging when LOG_FILE_MAX_SIZE is reached', 'the logs together take at most LOG_FILE_MAX_SIZE times one more than this'],
  },
  {
    key: 'LOG_USE_SYSLOG',
    group: 'logging',
    what: 'where the log goes',
    rule: {
      kind: 'choice',
      values: [
        { value: 0, meaning: 'to LOG_FILE_NAME' },
        { value: 1, meaning: 'to syslog, not to the file' },
      ],
    },
    default: '0',
    platforms: 'any',
    section: '2.11.1',
  },
] as const satisfies readonly ConfigItem[];
