import { describe, expect, it } from 'vitest';
import { CONFIG_ITEMS, explainConfig } from '../../../lib/fabric/config/index.ts';
import { PLATFORM_IDS } from '../../../lib/fabric/platforms/index.ts';
import printed from '../data/fm-config.json' with { type: 'json' };

const own = new Map(CONFIG_ITEMS.map((item) => [item.key, item]));

describe('the items of fabricmanager.cfg', () => {
  it('are those that the guide and the installed file have, in their order', () => {
    expect(CONFIG_ITEMS.map(({ key, group }) => [key, group])).toEqual(printed.map(({ key, group }) => [key, group]));
  });
});

describe.each(printed.filter(({ group }) => group !== 'multiNode'))('$key', (item) => {
  const known = own.get(item.key);

  it('has its default, its section and its platforms', () => {
    expect(known?.default).toBe(item.default);
    if (/^\d/.test(item.guideSection ?? '')) expect(known?.section).toBe(item.guideSection);
    expect(known?.platforms).toEqual(item.platforms?.includes('any') ? 'any' : item.platforms);
    // H800 is H100's generation and is not named for itself.
    expect(known?.ignoredOn?.filter((id) => id !== 'hgxH800')).toEqual(item.ignoredOn ?? undefined);
  });

  it('takes the values that are listed, and no others', () => {
    const rule = known?.rule;
    const listed = item.values?.map(({ value }) => value) ?? [];
    if (listed.length > 1 && listed.every((value) => /^\d+$/.test(value))) {
      expect(rule).toMatchObject({ kind: 'choice' });
      expect(rule?.kind === 'choice' && rule.values.map(({ value, platforms }) => [String(value), platforms ?? null])).toEqual(item.values?.map(({ value, platforms }) => [value, platforms]));
    } else {
      expect(rule?.kind).toBe({ integer: 'number', path: 'path', ipv4: 'ipv4', hex: 'hex' }[item.valueType ?? '']);
      if (rule?.kind === 'path') expect([rule.empty !== undefined, rule.maxLength ?? null]).toEqual([listed.includes(''), item.maxLength]);
      if (rule?.kind === 'number' && item.maximum !== null) expect([rule.minimum, rule.maximum]).toEqual([item.minimum, item.maximum]);
      if (rule?.kind === 'number') expect(rule.unit ?? null).toBe(item.unit);
    }
  });
});

describe('explaining an item', () => {
  it('tells what it is, what it may be, where, since when and from where', () => {
    expect(explainConfig('TRUNK_LINK_FAILURE_MODE')).toMatchObject({
      default: '0',
      allowed: '0 or 1',
      platforms: 'HGX A100',
      ignoredOn: 'HGX H100, HGX H800',
      takesEffect: 'at the next start of Fabric Manager',
      source: 'NVIDIA Fabric Manager User Guide, section 2.11.4',
    });
    expect(explainConfig('DATABASE_PATH').source).toBe('not in the guide; known from the file that the package installs');
    expect(explainConfig('LOG_FILE_MAX_SIZE').allowed).toBe('a whole number from 1 (MB)');
  });

  it('says that nothing is known of keys that are known by name alone', () => {
    expect(explainConfig('ENABLE_LOCALFM')).toMatchObject({ default: null, allowed: 'no document tells', platforms: 'systems of several hosts' });
  });

  it('refuses an unknown key with those that are alike', () => {
    expect(() => explainConfig('fabric_mode')).toThrow('fabric_mode: no such item of fabricmanager.cfg is known: try FABRIC_MODE, FABRIC_MODE_RESTART');
    expect(() => explainConfig('NOPE')).toThrow('correct the spelling');
  });

  it('names platforms that exist', () => {
    expect(CONFIG_ITEMS.flatMap(({ platforms }) => platforms === 'any' ? [] : platforms).filter((id) => !PLATFORM_IDS.includes(id))).toEqual([]);
  });
});
