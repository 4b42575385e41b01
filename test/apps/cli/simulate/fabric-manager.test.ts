import { describe, expect, it } from 'vitest';
import { cli } from '../fakes.ts';

const fabricManager = (...words: string[]) => cli({ machines: ['m'] }, 'simulate', 'fabric-manager', ...words);

describe('simulate fabric-manager', () => {
  it.each<[string, string]>([
    ['start m', 'fabric-manager start {}'],
    ['start m --restart', 'fabric-manager start {"restart":true}'],
    ['restart m --restart', 'fabric-manager restart {"restart":true}'],
    ['stop m', 'fabric-manager stop {}'],
    ['kill m', 'fabric-manager kill {}'],
  ])('%s', async (words, done) => {
    const ran = await fabricManager(...words.split(' '));
    expect(ran).toMatchObject({ code: 0, err: '', done: [done], out: 'SIMULATED host m: Fabric Manager 580.65.06: starting, mode shared, active partitions: none\n' });
    expect(JSON.parse((await fabricManager(...words.split(' '), '--json')).out)).toMatchObject({ schema: 1, simulated: true, file: 'm', fabricManager: { state: 'starting' } });
  });

  it.each(['m', 'start', 'stop m --restart', 'kill m --restart', 'reload m'])('refuses "%s"', async (words) => {
    expect(await fabricManager(...words.split(' '))).toMatchObject({ code: 2, done: [], out: '' });
  });
});

describe('simulate create --fabric-mode', () => {
  it('says what Fabric Manager is started for', async () => {
    const { done } = await cli({ anyMachine: true }, 'simulate', 'create', 'm', '--profile', 'hgx-h100-8', '--fabric-mode', 'shared');
    expect(done).toEqual(['create m {"profile":"hgx-h100-8","fabricMode":"shared"}']);
    expect(await cli({ anyMachine: true }, 'simulate', 'create', 'm', '--profile', 'hgx-h100-8', '--fabric-mode', 'full')).toMatchObject({ code: 2, done: [] });
  });
});
