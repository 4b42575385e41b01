import { describe, expect, it } from 'vitest';
import type { MachineAttribute, MachineGpu, MachineState } from '../../../mocks/control/types.ts';
import { cli } from './fakes.ts';

const world = { machines: ['m', "/tmp/it's here/m", '/a:b/m'] };
const sim = (...words: string[]) => cli(world, 'simulate', ...words);

describe('simulate inject', () => {
  it.each<[string, string]>([
    ['double-bit-ecc --gpu 3 --address 0x53040', 'inject {"kind":"double-bit-ecc","gpu":3,"address":"340032n"}'],
    ['single-bit-ecc --gpu 3 --address 589824', 'inject {"kind":"single-bit-ecc","gpu":3,"address":"589824n"}'],
    ['single-bit-ecc --gpu 0 --address 0x20000000000001', 'inject {"kind":"single-bit-ecc","gpu":0,"address":"9007199254740993n"}'],
    ['double-bit-ecc --gpu 1 --location l2-cache', 'inject {"kind":"double-bit-ecc","gpu":1,"location":"l2-cache"}'],
    ['sram-ecc --gpu 1 --error parity --bucket sm --address 0x1f0', 'inject {"kind":"sram-ecc","gpu":1,"error":"parity","bucket":"sm","address":496}'],
    ['poison --gpu 1 --fatal', 'inject {"kind":"poison","gpu":1,"fatal":true}'],
    ['cper --gpu 1 --severity fatal --xid 48', 'inject {"kind":"cper","gpu":1,"severity":"fatal","xid":48}'],
    ['xid --gpu 1 --xid 79', 'inject {"kind":"xid","gpu":1,"xid":79}'],
    ['gpu-lost --gpu 1', 'inject {"kind":"gpu-lost","gpu":1}'],
    ['driver-not-loaded', 'inject {"kind":"driver-not-loaded"}'],
    ['hang --gpu 2', 'inject {"kind":"hang","gpu":2}'],
    ['hang --scope driver', 'inject {"kind":"hang","scope":"driver"}'],
    ['slow --gpu 2 --ms 100 --function nvmlDeviceGetName', 'inject {"kind":"slow","gpu":2,"function":"nvmlDeviceGetName","milliseconds":100}'],
    ['fail --function fmConnect --return -9', 'inject {"kind":"fail","function":"fmConnect","returnCode":-9}'],
    ['fail --function nvmlInit_v2 --return 999 --times 2', 'inject {"kind":"fail","function":"nvmlInit_v2","returnCode":999,"times":2}'],
    ['crash --gpu 0', 'inject {"kind":"crash","gpu":0}'],
    ['pattern --gpu 0', 'inject {"kind":"pattern","gpu":0}'],
    ['absent --function nvmlDeviceGetRetiredPages_v2', 'inject {"kind":"absent","function":"nvmlDeviceGetRetiredPages_v2"}'],
  ])('%s', async (words, done) => {
    const ran = await sim('inject', 'm', ...words.split(' '));
    expect(ran).toMatchObject({ code: 0, done: [done] });
    expect(ran.out).toMatch(/^SIMULATED host m: .* injected\n$/);
  });

  const gpu = (ecc: boolean, lost: boolean) => ({ index: 0, lost, ecc: { current: ecc, pending: ecc } }) as MachineGpu;
  it.each<[string, Partial<MachineState>, string | undefined]>([
    ['with ECC on', { gpus: [gpu(true, false)] }, undefined],
    ['with ECC off', { gpus: [gpu(false, false)] }, 'ECC of GPU 0 is off'],
    ['on a lost GPU', { gpus: [gpu(true, true)] }, 'GPU 0 has fallen off the bus'],
    ['without a driver', { driverLoaded: false, gpus: [gpu(true, false)] }, 'the driver is not loaded'],
  ])('tells of a memory error %s whether anybody noticed it', async (_, machineState, why) => {
    const words = ['simulate', 'inject', 'm', 'double-bit-ecc', '--gpu', '0', '--address', '0'];
    const { out } = await cli({ ...world, machineState }, ...words);
    expect(out.endsWith(` injected${why === undefined ? '' : `, and not noticed: ${why}`}\n`)).toBe(true);
    expect(JSON.parse((await cli({ ...world, machineState }, ...words, '--json')).out)).toMatchObject({ noticed: why === undefined });
  });

  it('--help says which options go with which fault', async () => {
    const { out } = await sim('inject', '--help');
    expect(out).toMatch(/^ {2}fail +SCOPE --return \[--times\]$/m);
    expect(out).toMatch(/^ {2}double-bit-ecc +--gpu --address\|--location$/m);
  });

  it.each<[string, RegExp]>([
    ['double-bit-ecc --gpu 3', /--address is missing: add --address with an address/],
    ['fail --gpu 1', /--return is missing: add --return with the code to answer/],
    ['double-bit-ecc --address 1', /--gpu is missing/],
    ['double-bit-ecc --gpu 3 --address 0x', /'0x' is not an address: give/],
    ['double-bit-ecc --gpu 3 --address 0x10000000000000000', /longer than 64 bits/],
    ['double-bit-ecc --gpu 3 --address -5', /'-5' is not an address/],
    ['double-bit-ecc --gpu x --address 1', /'x' is not such a number: give a whole number from 0 to 63/],
    ['gpu-lost --gpu 1 --xid 3', /--xid means nothing for this fault/],
    ['hang', /nothing says what it covers: give/],
    ['hang --scope gpu --function nvmlDeviceGetName', /--scope gpu without --gpu/],
    ['hang --scope driver --gpu 1', /contradict/],
    ['slow --gpu 1', /--ms is missing/],
    ['fail --gpu 1 --return 0', /'0' is not such a number/],
    ['quake --gpu 1', /'quake'.*single-bit-ecc, double-bit-ecc/],
  ])('refuses %s', async (words, sentence) => {
    const ran = await sim('inject', 'm', ...words.split(' '));
    expect(ran).toMatchObject({ code: 2, done: [], out: '' });
    expect(ran.err).toMatch(sentence);
  });
});

describe('simulate', () => {
  it.each<[string, string[]]>([
    ['create new --profile lab.json --seed x --set gpu.*.load.pattern=idle --set host.permissions=user', ['create new {"profile":"lab.json","seed":"x","attributes":{"gpu.*.load.pattern":"idle","host.permissions":"user"}}']],
    ['create new --profile tesla-v100-8 --gpus 2 --driver 535.1 --force', ['create new {"profile":"tesla-v100-8","gpus":2,"driver":"535.1","force":true}']],
    ['clear m', ['clear {}']],
    ['clear m hang --gpu 2', ['clear {"kind":"hang","gpu":2}']],
    ['set m --gpu 1 ecc=on persistence=off', ['set 1 {"ecc":true,"persistence":false}']],
    ['set m --gpu 1 thermal.gpu-celsius=70 board.serial=unsupported board.name=a=b', ['set 1 {"thermal.gpu-celsius":"70","board.serial":null,"board.name":"a=b"}']],
    ['set m host.permissions=user gpu.3.load.pattern=', ['set-host {"host.permissions":"user","gpu.3.load.pattern":""}']],
    ['reload-driver m', ['reload-driver {}']],
    ['reload-driver m --force', ['reload-driver {"force":true}']],
    ['reset m --gpu 2', ['reset 2 {}']],
    ['reset m --gpu 2 --force', ['reset 2 {"force":true}']],
    ['reboot m', ['reboot']],
    ['advance m --seconds 30', ['advance 30']],
    ['advance m --seconds 0.25', ['advance 0.25']],
  ])('%s', async (words, done) => {
    const ran = await sim(...words.split(' '));
    expect(ran).toMatchObject({ code: 0, done });
    expect(ran.out).toMatch(/^SIMULATED host /);
    expect(JSON.parse((await sim(...words.split(' '), '--json')).out)).toMatchObject({ schema: 1, simulated: true });
  });

  it.each(['create', 'create new', 'create new --profile tesla-v100-8 --gpus 65', 'reset m', 'set m', 'set m --gpu 1 ecc', 'set m =on', 'set m --gpu x ecc=on', 'create new --profile p --set x', 'clear m double-bit-ecc', 'advance m', 'advance m --seconds 1.2345', 'advance m --seconds -1', 'show', 'show nowhere', 'fly m', ''])(
    'refuses "%s"',
    async (words) => {
      const ran = await sim(...words.split(' ').filter((word) => word !== ''));
      expect(ran).toMatchObject({ code: 2, done: [] });
      expect(ran.err).not.toBe('');
    },
  );

  it('profiles and show say SIMULATED, and the kernel log is told line by line', async () => {
    expect((await sim('profiles')).out).toMatch(/^SIMULATED[^]*tesla-v100-8[^]*v100-sxm2-32 +Tesla V100-SXM2-32GB +volta +32 GiB/);
    expect((await sim('show', 'm')).out).toMatch(/^SIMULATED host m/);
    expect((await sim('show', 'm', '--kernel-log')).out).toMatch(/^SIMULATED host m.*\n\[ {3}1.0\] NVRM: Xid \(PCI:0000:13:00\): 48,/);
    expect(JSON.parse((await sim('show', 'm', '--kernel-log', '--json')).out)).toMatchObject({ simulated: true, kernelLog: [expect.stringContaining('Xid')] });
  });

  it('env prints one line that a shell can evaluate, whatever the path, and the remark beside it', async () => {
    const ran = await sim('env', "/tmp/it's here/m");
    expect(ran.out).toBe(String.raw`export LD_LIBRARY_PATH='/tmp/it'\''s here/m.lib'"` + '${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n');
    expect(ran.err).toContain('SIMULATED');
    // Else a program would run on whatever host is found next.
    for (const words of [['run', '/a:b/m', '--', 'true'], ['env', '/a:b/m', '--json']]) expect(await sim(...words)).toMatchObject({ code: 2, done: [], err: expect.stringContaining("splits LD_LIBRARY_PATH at ':'") });
    expect(await sim('env', '/a:b/m')).toMatchObject({ code: 2, out: '', err: expect.stringContaining("splits LD_LIBRARY_PATH at ':'") });
  });

  it('run hands everything after -- to the program, and its exit status on', async () => {
    const ran = await cli({ ...world, env: { LD_LIBRARY_PATH: '/mine' } }, 'simulate', 'run', 'm', '--', 'prog', '--json', '-x', '--', 'a b');
    expect(ran).toMatchObject({ code: 42, done: ['run ["prog","--json","-x","--","a b"] m.lib:/mine'], out: '' });
    expect((await sim('run', 'm')).code).toBe(2);
  });
});

describe('simulate attributes', () => {
  const attribute = (name: string, more: Partial<MachineAttribute> = {}): MachineAttribute => ({ name, value: '1', kind: 'number', optional: false, fixed: false, ...more });
  const attributes = [
    attribute('host.permissions', { kind: 'choice', choices: ['real', 'root'], value: 'real' }),
    attribute('gpu.0.thermal.gpu-celsius'),
    attribute('gpu.0.ecc.current', { kind: 'switch', value: 'on', optional: true, fixed: true }),
    attribute('gpu.1.thermal.gpu-celsius'),
  ];
  const listed = async (...words: string[]) => {
    const { out } = await cli({ ...world, attributes }, 'simulate', 'attributes', 'm', ...words, '--json');
    return (JSON.parse(out) as { attributes: MachineAttribute[] }).attributes.map(({ name }) => name);
  };

  it('tells what each may be', async () => {
    const { out } = await cli({ ...world, attributes }, 'simulate', 'attributes', 'm');
    expect(out).toMatch(/^SIMULATED host m\n/);
    expect(out).toMatch(/^host\.permissions +real +real, root$/m);
    expect(out).toMatch(/^gpu\.0\.ecc\.current +on +on, off, unsupported; fixed when a machine is made$/m);
  });

  it.each([
    [[], 4],
    [['celsius'], 2],
    [['gpu.0.'], 2],
    [['thermal.*'], 2],
    [['*.gpu-*'], 2],
    [['gpu.1.*'], 1],
    [['host.perm*'], 1],
  ])('%j lists %i of them', async (words, count) => {
    expect(await listed(...words)).toHaveLength(count);
  });

  it('says so where nothing fits', async () => {
    expect(await cli({ ...world, attributes }, 'simulate', 'attributes', 'm', 'fan*')).toMatchObject({ code: 2, err: expect.stringContaining('no name has "fan*" in it: give') });
  });
});

describe('the command line', () => {
  it('explains itself without a fault, and with one when nothing was asked', async () => {
    expect(await cli({}, '--help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit status: 0 fine') });
    expect(await cli({}, '--version')).toMatchObject({ code: 0, out: '9.9.9\n' });
    expect((await cli({})).code).toBe(2);
  });

  it.each(['status --timeout soon', 'status --timeout 0', 'status --backend rust', 'status extra', 'status --nope', 'pages --gpu', 'nonsense'])('refuses "%s"', async (words) => {
    const ran = await cli({}, ...words.split(' '));
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).not.toBe('');
  });

  it('refuses as JSON where JSON is asked for', async () => {
    const ran = await cli({}, 'status', '--json', '--timeout', 'soon');
    expect(ran.code).toBe(2);
    expect(JSON.parse(ran.out)).toEqual({ schema: 1, error: { code: 'INVALID_INPUT', message: expect.stringContaining("'soon' is not a time: give seconds") } });
  });
});
