/**
 * Throws whatever it can think of at the addon, below and above TypeScript. Arguments: library, seed, number of runs.
 * Prints one line where every refusal was a TypeError or RangeError and the process has lived to say so. The functions that are
 * bound look at no memory, so that a crash can only be the addon's own.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAddonBackend } from '../../dist/lib/backend/addon.js';
import { loadAddon } from '../../dist/lib/backend/addon-binding.js';

const [path, seed, runs] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const check = (name, ...property) => {
  fc.assert(fc.property(...property), { seed, numRuns: runs });
  seen.push(name);
};
const seen = [];

const addon = loadAddon();
const native = addon.openLibrary(path);
const bind = (symbol, shape) => addon.bind(native, symbol, addon.shapes.indexOf(shape));
const functions = [bind('t_status', 'r(u32)'), bind('t_is_null', 'r(p)'), bind('t_signed', 'r(p,i32)'), bind('t_text', 's(u32)'), bind('t_zero', 'r()')];
assert.ok(functions.every((id) => id > 0));
const lane = addon.lane(native, 'fuzz');

/** A view whose buffer was handed to somebody else. */
function detached() {
  const view = new Uint8Array(256);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

/** Runs it; anything but a value, a TypeError or a RangeError is a finding. */
function refuses(action) {
  try {
    return { value: action() };
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return { error };
    throw error;
  }
}

const anything = fc.oneof(
  fc.anything({ withBigInt: true, withTypedArray: true, withDate: true, withMap: true }),
  fc.integer(),
  fc.double(),
  fc.nat(20),
  fc.constantFrom(undefined, null, NaN, -0, 2 ** 32, 2 ** 53, -1, 1.5, '', 'a', '\0', 'x\0y', 'z'.repeat(10_000), Symbol.iterator, new SharedArrayBuffer(128), new Proxy({}, {})),
  fc.nat(400).map((bytes) => new ArrayBuffer(bytes)),
  fc.constant(null).map(() => detached().buffer),
  fc.constant(null).map(detached),
  fc.constant(() => {}),
);

const names = ['call', 'callPacket', 'hasSymbol', 'bind', 'lane', 'laneState', 'submit', 'withdraw', 'settle', 'empty'];
check('arguments', fc.constantFrom(...names), fc.array(anything, { maxLength: 6 }), (name, args) => void refuses(() => addon[name](...args)));
check('receivers', fc.constantFrom(...names), anything, (name, receiver) => void refuses(() => Reflect.apply(addon[name], receiver, [])));
check('library paths', anything, (what) => {
  try {
    addon.openLibrary(what);
  } catch (error) {
    assert.ok(error instanceof Error);
  }
});

// Packets: a proper one, then bytes changed and the end cut off.
const HEAD = 96;
const word = fc.oneof({ weight: 8, arbitrary: fc.nat(63).map(BigInt) }, { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) });
const record = fc.record({
  fn: fc.constantFrom(...functions),
  mask: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat() }),
  memory: fc.oneof(fc.constant(64), fc.nat(64)),
  places: fc.array(fc.oneof({ weight: 4, arbitrary: fc.nat(7).map((word) => word * 8) }, { weight: 1, arbitrary: fc.nat(100) }), { maxLength: 2 }),
  words: fc.array(word, { minLength: 8, maxLength: 8 }),
  content: fc.array(word, { minLength: 8, maxLength: 8 }),
  undo: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, functions[4]) }, { weight: 1, arbitrary: fc.constantFrom(...functions) }),
});

function pack(records) {
  const sizes = records.map(({ fn, memory, places }) => HEAD + Math.ceil((places.length * 4) / 8) * 8 + Math.ceil(memory / 8) * 8 + (fn === functions[3] ? 4096 : 0));
  const packet = new ArrayBuffer(sizes.reduce((a, b) => a + b, 0));
  const view = new DataView(packet);
  let at = 0;
  records.forEach(({ fn, mask, memory, places, words, content, undo }, index) => {
    [fn, mask, places.length, memory, undo].forEach((value, field) => view.setUint32(at + field * 4, value >>> 0, true));
    words.forEach((word, i) => view.setBigUint64(at + 32 + i * 8, word, true));
    places.forEach((place, i) => view.setUint32(at + HEAD + i * 4, place, true));
    const start = at + HEAD + Math.ceil((places.length * 4) / 8) * 8;
    for (let i = 0; i * 8 < memory; i += 1) view.setBigUint64(start + i * 8, content[i] ?? 0n, true);
    at += sizes[index];
  });
  return packet;
}

const spoilt = fc
  .tuple(fc.array(record, { maxLength: 3 }), fc.oneof(fc.constant([]), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 })), fc.option(fc.nat(), { freq: 1 }))
  .map(([records, changes, cut]) => {
  const packet = pack(records);
  const bytes = new Uint8Array(packet);
  // Only the first 32 bytes decide over safety, and the function: which of the safe ones it is.
  for (const [place, value] of changes) if (bytes.length > 0) bytes[place % bytes.length] = value;
  return cut === null ? packet : packet.slice(0, cut % (packet.byteLength + 1));
});
let accepted = 0;
check('packets, called', spoilt, (packet) => void refuses(() => addon.callPacket(packet)));
check('packets, submitted', spoilt, anything, fc.nat(1), (packet, wrong, early) => {
  const { value } = refuses(() => addon.submit(lane, packet, 20_000, () => {}));
  if (typeof value !== 'number' || value === 0) return;
  accepted += 1;
  if (early === 1) addon.withdraw(value);
  if (!(wrong instanceof ArrayBuffer) || wrong.byteLength !== packet.byteLength) assert.ok(refuses(() => addon.settle(value, wrong)).error);
  addon.settle(value, packet);
  assert.ok(refuses(() => addon.settle(value, packet)).error, 'a batch settles once');
});
assert.ok(accepted > runs / 50, `some packets must have been good, not just ${accepted}`);

check('scratch', record, fc.array(fc.tuple(fc.nat(7), fc.nat()), { maxLength: 3 }), ({ fn, mask, places, words, content }, changes) => {
  const head = new Uint32Array(addon.scratch, 0, 8);
  head.set([fn, mask, places.length, 0, 0, 0, 0, 0]);
  new BigUint64Array(addon.scratch, 32, 8).set(words);
  new Uint32Array(addon.scratch, 96, 4).set(places);
  new BigUint64Array(addon.scratch, 36_960, 8).set(content);
  for (const [field, value] of changes) head[field] = field === 0 ? value % 12 : value;
  refuses(() => addon.call());
});

// The same from above, as users meet it.
const library = await createAddonBackend().open(path);
const refs = [library.bind('t_status', 'r(u32)'), library.bind('t_is_null', 'r(p)'), library.bind('t_text', 's(u32)'), library.bind('t_never_written', 'r(p)')];
const frame = fc.record({
  words: fc.oneof(anything, fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 10 }).map((list) => BigUint64Array.from(list))),
  pointerMask: fc.oneof(anything, fc.nat(300)),
  memory: fc.oneof(anything, fc.nat(200).map((bytes) => new Uint8Array(bytes)), fc.constant(null).map(detached)),
  relocations: fc.oneof(anything, fc.array(fc.oneof(fc.nat(300), fc.integer(), fc.double()), { maxLength: 5 })),
});
const absent = (error) => error?.code === 'SYMBOL_ABSENT';
check('frames', fc.oneof(fc.constantFrom(...refs), anything), fc.oneof(frame, anything), (fn, what) => {
  for (const name of ['call', 'callText']) {
    try {
      library[name](fn, what);
    } catch (error) {
      assert.ok(error instanceof TypeError || error instanceof RangeError || absent(error), `${name}: ${error?.stack}`);
    }
  }
});
check('bindings', anything, anything, (symbol, shape) => void refuses(() => library.bind(symbol, shape)));
const batches = fc.tuple(fc.oneof(anything, fc.constant('fuzz')), fc.oneof(anything, fc.array(fc.record({ fn: fc.constantFrom(...refs), frame }), { maxLength: 3 })), anything);
await fc.assert(
  fc.asyncProperty(batches, async ([key, calls, options]) => {
    try {
      await library.submit(key, calls, fc.stringify(options) === '{}' ? { deadlineMs: 1000 } : options);
    } catch (error) {
      assert.ok(error instanceof TypeError || error instanceof RangeError, error?.stack);
    }
  }),
  { seed, numRuns: runs },
);
seen.push('batches');
console.log(seen.join(', '));
