import { describe, expect, it } from 'vitest';
import { unsupported, valueOf } from '../../../lib/telemetry/reading.ts';
import { noAnswer, pageRetirementCard, pages, rowRemappingCard, silentCard } from '../../diagnosis/cards.ts';
import { cli } from './fakes.ts';

const mixed = valueOf([
  { cause: 'double-bit-ecc' as const, address: 0x50000n, retiredAt: new Date('2025-03-01T12:00:00Z') },
  { cause: 'multiple-single-bit-ecc' as const, address: 0x90000n },
]);
const pending = pageRetirementCard({ index: 1, retiredPages: mixed, pageRetirementPending: valueOf(true) });

describe('pages for people', () => {
  it('lists each page with its cause, address and time, and the GPU that waits first', async () => {
    const { out, code } = await cli({ looks: [[pageRetirementCard(), pending]] }, 'pages');
    expect(code).toBe(1);
    expect(out.indexOf('GPU 1')).toBeLessThan(out.indexOf('GPU 0'));
    expect(out).toMatch(/0x50000 +double-bit ECC error +2025-03-01T12:00:00.000Z/);
    expect(out).toMatch(/0x90000 +single-bit ECC errors +not recorded/);
    expect(out).toMatch(/2 of at most 64 pages retired \(1 single-bit, 1 double-bit\); PENDING/);
    expect(out).toMatch(/no retired pages, none pending/);
  });

  it('says how to have a pending page excluded, cheapest first, in commands of this host', async () => {
    const real = (await cli({ looks: [[pending]] }, 'pages')).out;
    expect(real).toMatch(/1\. let the driver[^]*2\. reset the GPU[^]*nvidia-smi -i 00000000:11:00.0 -r[^]*3\. reload[^]*4\. reboot/);
    const simulated = (await cli({ looks: [[pending]], machines: ["/tmp/it's"] }, 'pages', '--machine', "/tmp/it's")).out;
    expect(simulated).toContain(String.raw`gpuwright simulate reset '/tmp/it'\''s' --gpu 1`);
    expect(simulated.startsWith('SIMULATED')).toBe(true);
  });

  it('names the processes that hold the GPU: those the driver knows, and those with its device file open', async () => {
    const gpu = { ...pending, processes: valueOf([{ pid: 999_999_1, kind: 'compute' as const }]) };
    const deviceHolders = () => ({
      holders: [
        { pid: 77, name: 'persistenced', devices: ['/dev/nvidia1', '/dev/nvidiactl'] },
        { pid: 78, name: 'neighbour', devices: ['/dev/nvidia0', '/dev/nvidiactl'] },
        { pid: process.pid, name: 'node', devices: ['/dev/nvidia1'] },
      ],
      hiddenProcesses: 3,
    });
    const { out } = await cli({ looks: [[gpu]], ports: { deviceHolders } }, 'pages');
    expect(out).toMatch(/PID 77 {2}persistenced {2}\(\/dev\/nvidia1\)/);
    expect(out).toContain('PID 9999991  ?  (compute)');
    expect(out).not.toMatch(/PID 78/);
    expect(out).not.toContain(`PID ${process.pid} `);
    expect(out).toContain('3 processes do not show their open files');
  });

  it('names the clients of a simulated host', async () => {
    const world = { looks: [[pending]], machines: ['m'], clients: [{ pid: 55, name: 'python3' }] };
    expect((await cli(world, 'pages', '--machine', 'm')).out).toContain('PID 55  python3  (client)');
  });

  it('says of Ampere and later that page retirement does not apply, and shows the rows', async () => {
    const rows = valueOf({ correctableRows: 1, uncorrectableRows: 2, pending: true, failureOccurred: false });
    const { out, code } = await cli({ looks: [[rowRemappingCard({ rowRemapping: rows })]] }, 'pages');
    expect(code).toBe(1);
    expect(out).toContain('page retirement does not apply');
    expect(out).toContain('rows remapped: 1 for correctable errors, 2 for uncorrectable ones; pending: YES');
    expect(out).toMatch(/1\. reset the GPU[^]*nvidia-smi -i 00000000:10:00.0 -r[^]*2\. reboot[^]*Held by: no process/);
    expect(out).not.toContain('-pm 0');
    expect(out).toContain('a row remapping is recorded');
  });

  it('shows inactive remaps where there are any', async () => {
    const out = async (changes: object) => {
      const rows = valueOf({ correctableRows: 1, uncorrectableRows: 2, pending: false, failureOccurred: false, ...changes });
      return (await cli({ looks: [[rowRemappingCard({ rowRemapping: rows })]] }, 'pages')).out;
    };
    expect(await out({ inactiveCorrectableRows: 0, inactiveUncorrectableRows: 3 })).toContain('2 for uncorrectable ones, inactive: 0 and 3; pending: no');
    expect(await out({ inactiveCorrectableRows: 0, inactiveUncorrectableRows: 0 })).not.toContain('inactive');
    expect(await out({})).not.toContain('inactive');
  });

  it('has inactive remaps in XML, under the names of nvidia-smi, where the driver tells them', async () => {
    const rows = valueOf({ correctableRows: 1, uncorrectableRows: 2, inactiveCorrectableRows: 4, inactiveUncorrectableRows: 0, pending: false, failureOccurred: false });
    const { out } = await cli({ looks: [[rowRemappingCard({ rowRemapping: rows })]] }, 'pages', '--format', 'xml');
    expect(out.replace(/>\s+</g, '><')).toContain('<remapped_row_corr>1</remapped_row_corr><remapped_row_corr_inactive>4</remapped_row_corr_inactive><remapped_row_unc>2</remapped_row_unc><remapped_row_unc_inactive>0</remapped_row_unc_inactive>');
  });

  it('shows what could not be read as such', async () => {
    const { out } = await cli({ looks: [[pageRetirementCard(), pageRetirementCard({ index: 1, retiredPages: noAnswer() })]] }, 'pages');
    expect(out).toMatch(/GPU 1 [^]*retired pages could not be read\n[^]*nvmlDeviceGetRetiredPages_v2: no answer/);
  });

  it.each(['1', 'gpu-00000000-0000-0000-0000-000000000001', '00000000:11:00.0', '0000:11:00.0', '11:00.0'])('takes one GPU by %s', async (id) => {
    const { out, code } = await cli({ looks: [[pending, pageRetirementCard({ index: 0 })]] }, 'pages', '--gpu', id);
    expect(out).toContain('GPU 1');
    expect(out).not.toContain('GPU 0');
    expect(code).toBe(1);
  });

  it('refuses a GPU that is not there', async () => {
    expect(await cli({ looks: [[pending]] }, 'pages', '--gpu', '7')).toMatchObject({ code: 2, err: expect.stringMatching(/'7'.*gpuwright status/) });
  });
});

describe('pages --json', () => {
  it.each<[string, never, object]>([
    ['pages', pending as never, { retirement: 'value', error: null, pending: true, retiredPages: [
      { address: '0x50000', cause: 'double-bit-ecc', retiredAt: '2025-03-01T12:00:00.000Z' }, { address: '0x90000', cause: 'multiple-single-bit-ecc', retiredAt: null }] }],
    ['no pages', pageRetirementCard() as never, { retirement: 'value', pending: false, retiredPages: [] }],
    ['a card without page retirement', rowRemappingCard() as never, { retirement: 'unsupported', error: null, pending: null, retiredPages: null }],
    ['a failed list', pageRetirementCard({ retiredPages: noAnswer() }) as never, { retirement: 'failed', error: { code: 'DEVICE_UNRESPONSIVE' }, pending: null, retiredPages: null }],
    ['a failed flag', pageRetirementCard({ pageRetirementPending: noAnswer() }) as never, { retirement: 'failed', pending: null, retiredPages: null }],
    ['an old list', pageRetirementCard({ retiredPages: { state: 'stale', value: [], ageMs: 9 } }) as never, { retirement: 'stale', pending: null, retiredPages: null }],
    ['a silent GPU', { ...silentCard(0), pciBusId: noAnswer() } as never, { uuid: null, pciBusId: null, retirement: 'failed' }],
  ])('of %s', async (_, gpu, expected) => {
    for (const words of [['--json'], ['--format', 'json']]) {
      const document = JSON.parse((await cli({ looks: [[gpu]] }, 'pages', ...words)).out) as { gpus: object[] };
      expect(document).toMatchObject({ schema: 1 });
      expect(document.gpus[0]).toMatchObject(expected);
      expect(Object.keys(document.gpus[0] ?? {})).toEqual(['index', 'uuid', 'pciBusId', 'retirement', 'error', 'pending', 'retiredPages']);
    }
  });

  it('keeps an address beyond 2^53 exact', async () => {
    const gpu = pageRetirementCard({ retiredPages: valueOf([{ cause: 'double-bit-ecc', address: 0x20_0000_0000_0001n }]) });
    expect((await cli({ looks: [[gpu]] }, 'pages', '--json')).out).toContain('"0x20000000000001"');
  });
});

describe('pages in the forms of nvidia-smi', () => {
  it('csv has its field names and cause texts', async () => {
    const { out, err } = await cli({ looks: [[pageRetirementCard(), pending]], machines: ['m'] }, 'pages', '--format', 'csv', '--machine', 'm');
    expect(out).toBe(
      'gpu_uuid, retired_pages.address, retired_pages.cause\n' +
        'GPU-00000000-0000-0000-0000-000000000001, 0x50000, Double Bit ECC\n' +
        'GPU-00000000-0000-0000-0000-000000000001, 0x90000, Single Bit ECC\n',
    );
    expect(err).toContain('SIMULATED');
  });

  it('csv has no address where there is none to have, and never an empty list for it', async () => {
    const { out } = await cli({ looks: [[rowRemappingCard(), pageRetirementCard({ index: 1, retiredPages: noAnswer() })]] }, 'pages', '--format', 'csv');
    expect(out).toContain('0000, [N/A], Double Bit ECC\n');
    expect(out).toContain('0001, [Unknown Error], Single Bit ECC\n');
  });

  it('xml has its elements, its spelling and its order', async () => {
    const { out } = await cli({ looks: [[pending]], machines: ['m--x'] }, 'pages', '--format', 'xml', '--machine', 'm--x');
    expect(out).toContain('<!-- SIMULATED host m- -x -->');
    expect(out.replace(/>\s+</g, '><')).toContain(
      '<retired_pages><multiple_single_bit_retirement><retired_count>1</retired_count><retired_page_addresses><retired_page_addresse>0x90000</retired_page_addresse></retired_page_addresses></multiple_single_bit_retirement>' +
        '<double_bit_retirement><retired_count>1</retired_count><retired_page_addresses><retired_page_addresse>0x50000</retired_page_addresse></retired_page_addresses></double_bit_retirement>' +
        '<pending_retirement>Yes</pending_retirement></retired_pages><remapped_rows>N/A</remapped_rows>',
    );
    expect(out).toMatch(/<nvidia_smi_log>[^]*<gpu id="00000000:11:00.0">/);
  });

  it('xml tells "does not apply" from "could not be read"', async () => {
    const { out } = await cli({ looks: [[rowRemappingCard(), silentCard(1)]] }, 'pages', '--format', 'xml');
    expect(out.replace(/>\s+</g, '><')).toMatch(/<retired_count>N\/A<[^]*<remapped_row_unc>0<[^]*<retired_count>Unknown Error</);
  });

  it('refuses a form that it does not have, and two at once', async () => {
    expect((await cli({}, 'pages', '--format', 'yaml')).code).toBe(2);
    expect(await cli({ looks: [[pending]] }, 'pages', '--format', 'csv', '--json')).toMatchObject({ code: 2, err: expect.stringContaining('--format csv') });
  });
});

it('a name with control characters in it reaches neither a terminal nor a document', async () => {
  const evil = 'x\u001b[2J\u0000y';
  const gpu = { ...pending, name: valueOf(evil), uuid: valueOf(evil), processes: valueOf([]) };
  const deviceHolders = () => ({ holders: [{ pid: 77, name: evil, devices: ['/dev/nvidia1'] }], hiddenProcesses: 0 });
  for (const format of ['table', 'csv', 'xml']) {
    const { out } = await cli({ looks: [[gpu]], ports: { deviceHolders } }, 'pages', '--format', format);
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(out).toContain('x\uFFFD[2J\uFFFDy');
  }
});

it('many pages do not hide the reason to act', async () => {
  const { out } = await cli({ looks: [[pageRetirementCard({ retiredPages: pages(64), recoveryAction: unsupported })]] }, 'pages');
  expect(out).toMatch(/64 of at most 64 pages are retired: from 60 on/);
});
