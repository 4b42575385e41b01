import { describe, expect, it } from 'vitest';
import { GpuwrightError } from '../../../lib/errors.ts';
import { unsupported, valueOf } from '../../../lib/telemetry/reading.ts';
import { noAnswer, pageRetirementCard, pages, rowRemappingCard, silentCard } from '../../diagnosis/cards.ts';
import { cli, LIBRARY_MISSING } from './fakes.ts';

const healthy = [0, 1].map((index) => pageRetirementCard({ index }));
const pending = pageRetirementCard({ index: 1, retiredPages: pages(1), pageRetirementPending: valueOf(true) });

/** The part of the screen that belongs to one GPU's row. */
const row = (out: string, index: number) => out.split('\n').find((line) => line.startsWith(`${index} `)) ?? '';

describe('the exit status of status', () => {
  it.each([
    ['0 when all is well', healthy, 0],
    ['0 when pages are long excluded', [pageRetirementCard({ retiredPages: pages(2) })], 0],
    ['1 when something waits', [healthy[0], pending], 1],
    ['1 when one GPU does not answer', [healthy[0], silentCard(1)], 1],
    ['3 when no GPU answers', [silentCard(0), silentCard(1)], 3],
    ['3 when there is no GPU', [], 3],
  ])('is %s', async (_, gpus, code) => {
    expect((await cli({ looks: [gpus as never] }, 'status')).code).toBe(code);
  });

  it('is 3 when the library is missing, with the sentence on stderr', async () => {
    const ran = await cli({ looks: [LIBRARY_MISSING] }, 'status');
    expect(ran).toMatchObject({ code: 3, out: '', err: expect.stringContaining('libnvidia-ml: not found') });
  });

  it.each(['VERSION_MISMATCH', 'NO_PERMISSION', 'VENDOR_ERROR'] as const)('is 3 when the driver refuses everybody at the door (%s), and so for raw', async (code) => {
    const refused = new GpuwrightError(code, 'nvmlInit_v2: refused', { status: 18, call: 'nvmlInit_v2' });
    for (const words of [['status'], ['pages'], ['raw', 'nvmlDeviceGetCount_v2'], ['doctor'], ['status', '--watch']]) expect(await cli({ looks: [refused] }, ...words), words.join(' ')).toMatchObject({ code: 3 });
  });

  it('is 2 when the machine file is wrong', async () => {
    expect(await cli({}, 'status', '--machine', 'nowhere')).toMatchObject({ code: 2, err: expect.stringContaining('nowhere') });
  });
});

describe('status for people', () => {
  it('shows who each GPU is, in full', async () => {
    const { out } = await cli({ looks: [healthy] }, 'status');
    expect(out).toContain('Tesla V100-SXM2-32GB  00000000:10:00.0');
    expect(out).toContain('GPU-00000000-0000-0000-0000-000000000001');
  });

  it('says at the top how many need somebody, and below why', async () => {
    const { out } = await cli({ looks: [[pageRetirementCard(), pending]] }, 'status');
    expect(out.split('\n')[0]).toContain('2 GPUs: 1 ok, 1 attention');
    expect(row(out, 1)).toMatch(/ATTENTION .*0\/1 .*page/);
    expect(out).toMatch(/GPU 1 {2}00000000:11:00.0 {2}ATTENTION\n {2}- a retired page is still in use/);
  });

  it('shows what a card does not have as -, what was not read as ?, and neither as 0', async () => {
    const { out } = await cli({ looks: [[rowRemappingCard({ index: 0 }), pageRetirementCard({ index: 1, retiredPages: noAnswer(), temperatureCelsius: noAnswer() })]] }, 'status');
    expect(row(out, 0)).toMatch(/ok +on +- +no +0\/0 +33 C/);
    expect(row(out, 1)).toMatch(/UNKNOWN +on +\? +no +- +\? /);
    expect(out).toContain('- not supported by this card or driver, ? could not be read');
    expect(out).toMatch(/also not read: temperature: .*no answer/);
  });

  it('never lets a silent GPU look like one without pages', async () => {
    const { out } = await cli({ looks: [[pageRetirementCard(), silentCard(1)]] }, 'status');
    expect(row(out, 1)).not.toMatch(/0\/0| no /);
    expect(out).toMatch(/GPU 1 .*UNKNOWN\n {2}- the GPU does not answer/);
  });

  it.each([120, 80])('fits %i columns', async (columns) => {
    const { out } = await cli({ looks: [[pageRetirementCard(), pending, silentCard(2), rowRemappingCard({ index: 3 })]], columns }, 'status');
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
  });

  it('says SIMULATED of a simulated host, however it was reached', async () => {
    const named = await cli({ looks: [healthy], machines: ['/tmp/m'] }, 'status', '--machine', '/tmp/m');
    const inherited = await cli({ looks: [healthy], libraryPathMachine: '/tmp/m' }, 'status');
    expect(named.out.split('\n')[0]).toBe('SIMULATED host /tmp/m');
    expect(inherited.out.split('\n')[0]).toBe('SIMULATED host /tmp/m');
    expect(named.opened).toEqual([{ machine: '/tmp/m' }]);
    expect((await cli({ looks: [healthy] }, 'status')).out).not.toContain('SIMULATED');
  });
});

describe('status --json', () => {
  const json = async (gpus: never[], ...words: string[]) => JSON.parse((await cli({ looks: [gpus], machines: ['m'] }, 'status', '--json', ...words)).out) as Record<string, never>;

  it('has the agreed shape', async () => {
    const document = await json([pending] as never[]);
    expect(document).toMatchObject({
      schema: 1,
      host: 'real',
      gpus: [{
        index: 1,
        uuid: 'GPU-00000000-0000-0000-0000-000000000001',
        pciBusId: '00000000:11:00.0',
        name: { state: 'value', value: 'Tesla V100-SXM2-32GB' },
        rowRemapping: { state: 'unsupported' },
        pageRetirementPending: { state: 'value', value: true },
        retiredPages: { state: 'value', value: [{ cause: 'double-bit-ecc', address: '0x50000', retiredAt: '2025-03-01T12:00:00.000Z' }] },
        memory: { state: 'value', value: { totalBytes: '34359738368' } },
        verdict: { level: 'attention', reasons: [{ id: 'page-retirement-pending' }] },
      }],
    });
  });

  it('has null where a silent GPU does not say who it is', async () => {
    const document = await json([pageRetirementCard(), silentCard(1)] as never[], '--machine', 'm');
    expect(document['host']).toBe('simulated');
    expect((document['gpus'] as unknown as object[])[1]).toMatchObject({ index: 1, uuid: null, pciBusId: '00000000:11:00.0', verdict: { level: 'unknown' }, retiredPages: { state: 'failed', error: { code: 'DEVICE_UNRESPONSIVE' } } });
  });

  it('is an object with the error when nothing could be read', async () => {
    const ran = await cli({ looks: [LIBRARY_MISSING] }, 'status', '--json');
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.out)).toEqual({ schema: 1, error: { code: 'LIBRARY_NOT_FOUND', message: LIBRARY_MISSING.message } });
  });
});

describe('status --watch', () => {
  it('--interval without it is refused, not ignored', async () => {
    expect(await cli({ looks: [healthy] }, 'status', '--interval', '1s')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('add --watch') as string });
  });

  it('redraws on a terminal, lets the library go between two looks, and exits as the last look says', async () => {
    const ran = await cli({ looks: [healthy, [healthy[0] as never, pending]], terminal: true }, 'status', '--watch');
    expect(ran.pictures).toHaveLength(3);
    expect(ran.pictures[1]).toContain('ATTENTION');
    expect(ran).toMatchObject({ code: 1, letGo: 3, out: '' });
  });

  it('fits the terminal: a line for each GPU with its reasons where the table is too high, and says what it cuts off', async () => {
    const looks = [[healthy[0] as never, pending]];
    const picture = async (rows: number) => (await cli({ looks, terminal: true, columns: 80, rows }, 'status', '--watch')).pictures[0] ?? '';
    const full = await picture(100);
    expect(full).toContain('GPU-');
    const low = await picture(14);
    expect(low.trimEnd().split('\n').length).toBeLessThanOrEqual(13);
    expect(low).toMatch(/2 GPUs: 1 ok, 1 attention[^]*ATTENTION[^]*still in use/);
    const lowest = await picture(8);
    expect(lowest.trimEnd().split('\n')).toHaveLength(7);
    expect(lowest).toMatch(/more lines: make the terminal higher\n$/);
    for (const line of low.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('writes one block after the other elsewhere, and one line per look as JSON', async () => {
    const blocks = await cli({ looks: [healthy, healthy] }, 'status', '--watch');
    expect(blocks.out.match(/^Driver/gm)).toHaveLength(2);
    const lines = (await cli({ looks: [healthy, healthy] }, 'status', '--watch', '--json')).out.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { gpus: unknown[] }).gpus.length)).toEqual([2, 2]);
  });

  it('goes on after a look that failed', async () => {
    const ran = await cli({ looks: [LIBRARY_MISSING, healthy] }, 'status', '--watch');
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/not found[^]*2 GPUs: 2 ok/);
  });

  it('opens the library once, and comes back to it after a look that failed', async () => {
    const ran = await cli({ looks: [healthy, LIBRARY_MISSING, healthy] }, 'status', '--watch');
    expect(ran.opened).toHaveLength(1);
    expect(ran.code).toBe(0);
  });

  it('does not go on with a wrong file name', async () => {
    expect((await cli({}, 'status', '--watch', '--machine', 'nowhere')).code).toBe(2);
  });
});

it('a time limit, a backend and an isolation reach the library', async () => {
  const ran = await cli({ looks: [healthy] }, 'status', '--timeout', '500ms', '--backend', 'koffi', '--isolation', 'helper-process');
  expect(ran.opened).toEqual([{ deadlineMs: 500, backend: 'koffi', isolation: 'helper-process' }]);
});

it('a reading that no card has is shown without a number', async () => {
  const { out } = await cli({ looks: [[pageRetirementCard({ temperatureCelsius: unsupported, memory: unsupported, eccMode: unsupported })]] }, 'status');
  expect(row(out, 0)).toMatch(/ok +- +0\/0 +no +- +- +-$/);
});
