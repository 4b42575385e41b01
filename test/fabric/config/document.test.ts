import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigKey } from '../../../lib/fabric/config/index.ts';
import {
  CONFIG_ITEMS,
  configEntries,
  diffConfig,
  effectiveConfig,
  getConfig,
  parseConfig,
  parseConfigBytes,
  printConfig,
  printConfigBytes,
  setConfig,
  setConfigText,
  unsetConfig,
} from '../../../lib/fabric/config/index.ts';

const KEYS = CONFIG_ITEMS.map(({ key }) => key);

/** Files as people and packages leave them. */
const anyLine = fc.oneof(
  fc.constantFrom('', '   ', '# 描述', '  # indented', 'garbage', '=', '\uFEFF# mark', 'LOG_LEVEL', '#FABRIC_MODE=1'),
  fc.tuple(fc.constantFrom(...KEYS, 'SITE_OWN_KEY', 'Ключ'), fc.constantFrom('=', ' = ', '\t='), fc.constantFrom('0', '1', '', '/tmp/x y', '2 # why', 'ü', '1\r'), fc.constantFrom('', ' ', '\t ')).map((parts) => parts.join('')),
);
const anyText = fc
  .tuple(fc.array(fc.tuple(anyLine, fc.constantFrom('\n', '\r\n')), { maxLength: 20 }), anyLine)
  .map(([lines, last]) => lines.map((line) => line.join('')).join('') + last);

describe('a file that is read and printed', () => {
  it('is the same, whatever it holds', () => {
    fc.assert(fc.property(fc.oneof(anyText, fc.string({ unit: 'binary' })), (text) => printConfig(parseConfig(text)) === text), { numRuns: 2000 });
  });

  it('is the same to the byte, in any encoding or none', () => {
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), anyText.map((text) => new Uint8Array(Buffer.from(text, 'latin1'))));
    fc.assert(fc.property(anyBytes, (bytes) => printConfigBytes(parseConfigBytes(bytes)).equals(bytes)), { numRuns: 2000 });
  });

  it('keeps its byte order mark, and the first key is found behind it', () => {
    const bytes = Buffer.from('\uFEFFFABRIC_MODE=1\r\n');
    expect(getConfig(parseConfigBytes(bytes), 'FABRIC_MODE')).toBe('1');
    expect(printConfigBytes(parseConfigBytes(bytes))).toEqual(bytes);
  });
});

describe('a value that is set', () => {
  it('changes its own line and no other, or adds one at the end', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(...KEYS.filter((key) => key.endsWith('_MODE'))), fc.constantFrom('0', '1'), (text, key, value) => {
        const before = parseConfig(text);
        const lines = configEntries(before).filter((entry) => entry.key === key);
        fc.pre(lines.length <= 1);
        const after = setConfigText(before, key, value);
        expect(getConfig(after, key)).toBe(value);
        const others = (document: typeof before): string[] => document.lines.filter((_, index) => index + 1 !== (lines[0]?.line ?? before.lines.length + 1)).map((line) => line.text);
        expect(others(after)).toEqual(others(before));
        // Setting what is already there is no change.
        expect(printConfig(setConfigText(after, key, value))).toBe(printConfig(after));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps blanks around it and the line end', () => {
    expect(printConfig(setConfig(parseConfig('# x\r\n  FABRIC_MODE = 0  \r\nLOG_LEVEL=4\r\n'), 'FABRIC_MODE', 1))).toBe('# x\r\n  FABRIC_MODE = 1  \r\nLOG_LEVEL=4\r\n');
  });

  it('is added behind a last line without an end, with the line end of the file', () => {
    expect(printConfig(setConfig(parseConfig('A=1\r\nB=2'), 'FM_CMD_PORT_NUMBER', 7000))).toBe('A=1\r\nB=2\r\nFM_CMD_PORT_NUMBER=7000\r\n');
    expect(printConfig(setConfig(parseConfig(''), 'FM_CMD_UNIX_SOCKET_PATH', ''))).toBe('FM_CMD_UNIX_SOCKET_PATH=\n');
  });

  it('is refused where it is not allowed', () => {
    const empty = parseConfig('');
    const refuse = (key: string, value: string): (() => unknown) => () => setConfigText(empty, key, value);
    expect(refuse('FABRIC_MODE', '3')).toThrow('FABRIC_MODE=3: not one of its values: give 0, 1 or 2');
    expect(refuse('FABRIC_MODE', '1 # shared')).toThrow('a comment belongs on a line of its own');
    expect(refuse('FM_CMD_PORT_NUMBER', '65536')).toThrow('give a whole number from 1 to 65535');
    expect(refuse('FM_CMD_BIND_INTERFACE', '127.0.0.256')).toThrow('give an IPv4 address');
    expect(refuse('FM_SM_MGMT_PORT_GUID', '12')).toThrow('0x');
    expect(refuse('STATE_FILE_NAME', '')).toThrow('it cannot be empty');
    expect(refuse('LOG_FILE_NAME', `/${'x'.repeat(256)}`)).toThrow('257 characters are too many');
    expect(refuse('STATE_FILE_NAME', '/a\nFABRIC_MODE=2')).toThrow('go on in another line');
    expect(refuse('STATE_FILE_NAME', '/a ')).toThrow('blanks');
    expect(refuse('FABRICMODE', '1')).toThrow('FABRICMODE: no such item');
    expect(printConfig(setConfigText(empty, 'SITE_OWN', 'x', { unknownKey: true }))).toBe('SITE_OWN=x\n');
  });

  it('is refused in a file that could not hold it', () => {
    const latin1 = parseConfigBytes(Buffer.from('# \xfc\n', 'latin1'));
    expect(() => setConfig(latin1, 'STATE_FILE_NAME', '/日')).toThrow('the file is not UTF-8');
    expect(printConfigBytes(setConfig(latin1, 'STATE_FILE_NAME', '/\xfc'))).toEqual(Buffer.from('# \xfc\nSTATE_FILE_NAME=/\xfc\n', 'latin1'));
  });

  it('is refused where the key stands twice, for nobody knows which counts', () => {
    const twice = parseConfig('FABRIC_MODE=0\n\nFABRIC_MODE=1\n');
    expect(() => setConfig(twice, 'FABRIC_MODE', 1)).toThrow('FABRIC_MODE: stands on lines 1 and 3');
    expect(() => getConfig(twice, 'FABRIC_MODE')).toThrow('leave one');
    expect(getConfig(parseConfig('FABRIC_MODE=1\nFABRIC_MODE=1\n'), 'FABRIC_MODE')).toBe('1');
  });
});

describe('a key that is unset', () => {
  it('is gone from every line, and its default counts', () => {
    const document = parseConfig('# a\nFM_CMD_PORT_NUMBER=7\n# b\nFM_CMD_PORT_NUMBER=8\n');
    const after = unsetConfig(document, 'FM_CMD_PORT_NUMBER');
    expect(printConfig(after)).toBe('# a\n# b\n');
    expect(effectiveConfig(after, 'FM_CMD_PORT_NUMBER')).toBe('6666');
    expect(effectiveConfig(after, 'ENABLE_LOCALFM')).toBeNull();
  });
});

describe('the difference', () => {
  it('is shown line by line, with numbers', () => {
    const before = parseConfig('a=1\nb=1\nc=1\nd=1\nFABRIC_MODE=0\ne=1\n');
    expect(diffConfig(before, setConfig(before, 'FABRIC_MODE', 1), '/etc/fm.cfg')).toBe(
      '--- /etc/fm.cfg\n+++ /etc/fm.cfg (new)\n@@ -2,5 +2,5 @@\n b=1\n c=1\n d=1\n-FABRIC_MODE=0\n+FABRIC_MODE=1\n e=1\n',
    );
  });

  it('of nothing is nothing', () => {
    const document = parseConfig('FABRIC_MODE=0');
    expect(diffConfig(document, setConfig(document, 'FABRIC_MODE', 0))).toBe('');
  });
});

// Types are the first check: a value of another item does not compile.
const typed: (document: ReturnType<typeof parseConfig>) => unknown = (document) => {
  // @ts-expect-error FABRIC_MODE is 0, 1 or 2
  setConfig(document, 'FABRIC_MODE', 3);
  // @ts-expect-error no such key
  setConfig(document, 'FABRIC_MODES' satisfies ConfigKey, 1);
};
void typed;
