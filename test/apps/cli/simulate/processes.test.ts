import { describe, expect, it } from 'vitest';
import { cli } from '../fakes.ts';

const world = { machines: ['m'] };
const process = (...words: string[]) => cli(world, 'simulate', 'process', ...words);

describe('simulate process', () => {
  it.each<[string, string]>([
    ['add m --gpu 1 --pid 4711 --name python3', 'add-process {"gpu":1,"pid":4711,"name":"python3"}'],
    ['add m --gpu 1 --pid 4711 --name a --kind mps --gpu-instance 2 --compute-instance 0 --memory 40GiB --protected 1MiB --sm-percent 90', 'add-process {"gpu":1,"pid":4711,"name":"a","kind":"mps","gpuInstance":2,"computeInstance":0,"smPercent":90,"memoryBytes":42949672960,"protectedBytes":1048576}'],
    ['set m --gpu 1 --pid 4711 --memory 5 --jpeg-percent 7', 'set-process 1 4711 {"jpegPercent":7,"memoryBytes":5}'],
    ['remove m --pid 4711', 'remove-process 4711 {}'],
    ['remove m --pid 4711 --gpu 2', 'remove-process 4711 {"gpu":2}'],
  ])('%s', async (words, done) => {
    const ran = await process(...words.split(' '));
    expect({ done: ran.done.map((line) => JSON.stringify(line)), code: ran.code, err: ran.err }).toEqual({ done: [JSON.stringify(done)], code: 0, err: '' });
    expect(ran.out).toMatch(/^SIMULATED host m: process 4711 /);
    expect(JSON.parse((await process(...words.split(' '), '--json')).out)).toMatchObject({ schema: 1, simulated: true, file: 'm' });
  });

  it('list shows who uses what', async () => {
    expect(await process('list', 'm')).toMatchObject({ code: 0, out: expect.stringMatching(/^SIMULATED host m/) });
    expect(JSON.parse((await process('list', 'm', '--json')).out)).toMatchObject({ schema: 1, simulated: true, processes: expect.any(Array) });
  });

  it.each(['add m --gpu 1 --pid 4711', 'add m --pid 1 --name x', 'add m --gpu 0 --pid 0 --name x', 'add m --gpu 0 --pid 1 --name x --memory lots', 'add m --gpu 0 --pid 1 --name x --sm-percent 101', 'remove m', 'list'])('refuses "%s"', async (words) => {
    expect(await process(...words.split(' '))).toMatchObject({ code: 2, done: [], out: '' });
  });
});
