import { describe, expect, it } from 'vitest';
import { fabricAddress } from '../../../lib/fabric/connection/address.ts';
import type { FabricAddress } from '../../../lib/fabric/connection/address.ts';

describe('the address of Fabric Manager', () => {
  it.each<[string, FabricAddress, { address: string; type: string; timeoutMs: number }]>([
    ['none: the local daemon', {}, { address: '127.0.0.1:6666', type: 'inet', timeoutMs: 1000 }],
    ['a host', { address: 'fm.lab' }, { address: 'fm.lab', type: 'inet', timeoutMs: 1000 }],
    ['a host and a port', { address: '10.0.0.7:7000', timeoutMs: 50 }, { address: '10.0.0.7:7000', type: 'inet', timeoutMs: 50 }],
    ['a path', { unixSocket: '/run/fm.sock' }, { address: '/run/fm.sock', type: 'unix', timeoutMs: 1000 }],
    ['a service VM', { vsock: '3:6666' }, { address: '3:6666', type: 'vsock', timeoutMs: 1000 }],
  ])('%s', (_, given, told) => expect(fabricAddress(given)).toEqual(told));

  it.each<[string, FabricAddress, RegExp]>([
    ['two of them', { address: 'a', unixSocket: '/b' }, /choose one/],
    ['IPv6, which the library takes for a host and a port', { address: '::1' }, /no IPv6/],
    ['a port of letters', { address: 'host:abc' }, /no host or host:port/],
    ['a port that the library would cut', { address: 'host:6666x' }, /no host or host:port/],
    ['port 0', { address: 'host:0' }, /from 1 to 65535/],
    ['a port beyond', { address: 'host:65536' }, /from 1 to 65535/],
    ['a leading space', { address: ' host' }, /no host/],
    ['nothing', { address: '' }, /no host/],
    ['an empty path', { unixSocket: '' }, /is empty/],
    ['a path that does not fit', { unixSocket: `/${'x'.repeat(255)}` }, /longer than the 255 bytes/],
    ['a path with a NUL', { unixSocket: '/a\0b' }, /NUL/],
    ['vsock without a port', { vsock: '3' }, /cid:port/],
    ['no time', { timeoutMs: 0 }, /no time to connect/],
    ['half a millisecond', { timeoutMs: 0.5 }, /no time to connect/],
  ])('is not %s', (_, given, sentence) => {
    expect(() => fabricAddress(given)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(sentence) as string }));
  });

  it('has room for 255 bytes', () => {
    const unixSocket = `/${'x'.repeat(254)}`;
    expect(fabricAddress({ unixSocket }).address).toBe(unixSocket);
  });
});
