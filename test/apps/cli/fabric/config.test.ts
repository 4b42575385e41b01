import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fabricDesk } from './desk.ts';

const TEXT = '# ours\nFABRIC_MODE=1\nFM_CMD_BIND_INTERFACE=127.0.0.1 \nOF_TOMORROW=7\n';

async function withFile(text = TEXT) {
  const desk = await fabricDesk();
  const file = join(desk.folder, 'fabricmanager.cfg');
  await writeFile(file, text);
  const config = (...words: string[]) => desk.fabricCli('config', ...words, '--file', file);
  return { desk, file, config, now: () => readFile(file, 'utf8') };
}

describe('config show', () => {
  it('tells what stands there, and the defaults of what does not', async () => {
    const { config } = await withFile();
    const { items } = JSON.parse((await config('show', '--json')).out) as { items: { key: string }[] };
    expect(items.slice(0, 3)).toEqual([
      { key: 'FABRIC_MODE', value: '1', line: 2, default: '0' },
      { key: 'FM_CMD_BIND_INTERFACE', value: '127.0.0.1', line: 3, default: '127.0.0.1' },
      { key: 'OF_TOMORROW', value: '7', line: 4, default: null },
    ]);
    expect(items).toContainEqual({ key: 'FM_CMD_PORT_NUMBER', value: '6666', line: null, default: '6666' });
  });

  it('of a file that is not there: exit 3', async () => {
    const { desk } = await withFile();
    const ran = await desk.fabricCli('config', 'show', '--json', '--file', join(desk.folder, 'none'));
    expect([ran.code, JSON.parse(ran.out)]).toMatchObject([3, { error: { code: 'NOT_FOUND' } }]);
  });
});

describe('config check', () => {
  it('exits by what it finds: a note is no attention', async () => {
    expect(await (await withFile('FABRIC_MODE=0\nOF_TOMORROW=7\n')).config('check')).toMatchObject({ code: 0, out: expect.stringContaining('note, line 2: OF_TOMORROW') });
    expect(await (await withFile('FABRIC_MODE=5\n')).config('check')).toMatchObject({ code: 1, out: expect.stringContaining('error, line 1: FABRIC_MODE: not one of its values') });
  });

  it('knows the platform by the GPUs, or as it is said', async () => {
    const { config } = await withFile();
    expect(JSON.parse((await config('check', '--json')).out)).toMatchObject({ platform: 'hgxH100' });
    expect(JSON.parse((await config('check', '--json', '--platform', 'hgx2')).out)).toMatchObject({ platform: 'hgx2' });
    expect((await config('check', '--platform', 'dgx')).code).toBe(2);
  });
});

describe('config set', () => {
  it('shows the difference and asks, then writes, keeps the rest, and says that a restart is needed', async () => {
    const { desk, config, now } = await withFile();
    const refused = await config('set', 'FABRIC_MODE=2');
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/^-FABRIC_MODE=1\n\+FABRIC_MODE=2$[^]*--yes/m) });
    expect(await now()).toBe(TEXT);
    desk.ports = { canAsk: true };
    expect(await config('set', 'FABRIC_MODE=2', 'LOG_LEVEL=3')).toMatchObject({ code: 0, out: expect.stringContaining('until it is restarted') });
    expect(await now()).toBe(`${TEXT.replace('MODE=1', 'MODE=2')}LOG_LEVEL=3\n`);
    expect(await config('diff')).toMatchObject({ code: 0, out: expect.stringMatching(/^--- .*\.bak\n\+\+\+ .*\.cfg\n[^]*^\+FABRIC_MODE=2$/m) });
  });

  it('writes nothing where nothing changes, and asks nobody', async () => {
    const { config } = await withFile();
    expect(await config('set', 'FABRIC_MODE=1')).toMatchObject({ code: 0, out: expect.stringContaining('nothing was written') });
  });

  it.each(['FABRIC_MODE=7', 'FABRIC_MOOD=1', 'FABRIC_MODE', '=1'])('refuses %s as wrong usage', async (setting) => {
    const { config, now } = await withFile();
    expect((await config('set', setting, '--yes')).code).toBe(2);
    expect(await now()).toBe(TEXT);
  });
});

it('config diff shows what set would change, and changes nothing', async () => {
  const { config, now } = await withFile();
  expect(await config('diff', 'FABRIC_MODE=0')).toMatchObject({ code: 0, out: expect.stringMatching(/^\+FABRIC_MODE=0$/m) });
  expect(await config('diff', 'FABRIC_MODE=1')).toMatchObject({ code: 0, out: 'No difference.\n' });
  expect((await config('diff', 'FABRIC_MODE=0', '--with', 'other')).code).toBe(2);
  expect(await now()).toBe(TEXT);
});

it('config explain knows its keys', async () => {
  const desk = await fabricDesk();
  expect(await desk.fabricCli('config', 'explain', 'FABRIC_MODE')).toMatchObject({ code: 0, out: expect.stringMatching(/^FABRIC_MODE: [^]*allowed +0, 1 or 2[^]*section/) });
  expect(await desk.fabricCli('config', 'explain', 'FABRIC')).toMatchObject({ code: 2, err: expect.stringContaining('FABRIC_MODE') });
});
