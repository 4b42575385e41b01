import { describe, expect, it } from 'vitest';
import { nvmlFunctions } from '../../../lib/abi/index.ts';
import { parseInputs, usageOf } from '../../../lib/apps/cli/raw/arguments.ts';
import { GpuwrightError } from '../../../lib/errors.ts';
import { cli } from './fakes.ts';

describe('raw', () => {
  it('understands a GPU, enums, numbers, text and JSON in C order', () => {
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetClockInfo, ['GPU-1', 'sm'])).toEqual({ gpu: { parameter: 'device', id: 'GPU-1' }, values: { type: 'sm' } });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetClockInfo, ['device=0', 'type=9'])).toEqual({ gpu: { parameter: 'device', id: '0' }, values: { type: 9 } });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetHandleByUUID, ['GPU-1']).values).toEqual({ uuid: 'GPU-1' });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetHandleByIndex_v2, ['0x10']).values).toEqual({ index: 16 });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetFieldValues, ['0', '[{"fieldId":230,"timestamp":"9007199254740993"}]']).values).toEqual({
      values: [{ fieldId: 230, timestamp: 9_007_199_254_740_993n }],
    });
  });

  it('shows what to write', () => {
    expect(usageOf(nvmlFunctions.nvmlDeviceGetClockInfo)).toBe('nvmlDeviceGetClockInfo device=GPU type=graphics|sm|mem|video');
  });

  it.each<[string, RegExp]>([
    ['nvmlDeviceGetClockInfo 0', /1 argument given, it takes 2: write nvmlDeviceGetClockInfo device=GPU type=/],
    ['nvmlDeviceGetClockInfo 0 sm more', /3 arguments/],
    ['nvmlDeviceGetClockInfo 0 warp', /type 'warp': is none of its values: write graphics, sm/],
    ['nvmlDeviceGetHandleByIndex_v2 first', /index 'first': is not a whole number/],
    ['nvmlDeviceGetFieldValues 0 [', /is not JSON/],
    ['nvmlDeviceGetFieldValues 0 {}', /is not a list/],
    ['nvmlDeviceGetclockinfo 0 sm', /near it are nvmlDeviceGetClockInfo/],
    ['', /no function is named/],
  ])('refuses %s', async (words, sentence) => {
    const ran = await cli({}, 'raw', ...words.split(' ').filter((word) => word !== ''));
    expect(ran).toMatchObject({ code: 2, out: '', opened: [] });
    expect(ran.err).toMatch(sentence);
  });

  it('shows the decoded outputs', async () => {
    const raw = async () => ({ pageCount: 1, addresses: [0x50000n], timestamps: [1_700_000_000n] });
    expect((await cli({ raw }, 'raw', 'nvmlDeviceGetRetiredPages_v2', '3', 'double-bit-ecc')).out).toMatch(/device = GPU 3, cause = double-bit-ecc \(1\)[^]*"0x50000"/);
    expect(JSON.parse((await cli({ raw }, 'raw', 'nvmlDeviceGetRetiredPages_v2', '3', '1', '--json')).out)).toEqual({
      schema: 1, host: 'real', function: 'nvmlDeviceGetRetiredPages_v2', outputs: { pageCount: 1, addresses: ['0x50000'], timestamps: ['1700000000'] },
    });
  });

  it('shows a changing function and does not call it, unless told to', async () => {
    let called = 0;
    const raw = async () => {
      called += 1;
      return {};
    };
    const shown = await cli({ raw }, 'raw', 'nvmlDeviceSetPersistenceMode', '3', 'disabled');
    expect(shown).toMatchObject({ code: 1, out: 'nvmlDeviceSetPersistenceMode(device = GPU 3, mode = disabled (0))\n', err: expect.stringContaining('--yes') });
    expect(called).toBe(0);
    expect((await cli({ raw }, 'raw', 'nvmlDeviceSetPersistenceMode', '3', 'disabled', '--yes')).code).toBe(0);
    expect(called).toBe(1);
  });

  it('hands the vendor\'s refusal on', async () => {
    const raw = async () => {
      throw new GpuwrightError('NOT_SUPPORTED', 'nvmlDeviceGetRemappedRows: not supported', { status: 3 });
    };
    expect(await cli({ raw }, 'raw', 'nvmlDeviceGetRemappedRows', '3')).toMatchObject({ code: 1, err: 'gpuwright: nvmlDeviceGetRemappedRows: not supported\n' });
  });

  it('calls what the encoder refuses wrong usage', async () => {
    const raw = async () => {
      throw new TypeError('values[0]: has no field x');
    };
    expect(await cli({ raw }, 'raw', 'nvmlDeviceGetFieldValues', '0', '[{"x":1}]')).toMatchObject({ code: 2, err: 'gpuwright: values[0]: has no field x\n' });
  });

  it('lists every function that is described', async () => {
    const { out } = await cli({}, 'raw', '--list');
    for (const name of Object.keys(nvmlFunctions)) expect(out).toMatch(new RegExp(`^[! ] ${name}( |$)`, 'm'));
    expect(out).toMatch(/^! nvmlDeviceSetEccMode /m);
  });
});
