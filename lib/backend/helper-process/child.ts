/** The helper's own process: holds a backend, makes the calls that the parent sends, and dies with the parent. */
import type { CallFrame } from '../../abi/frame.ts';
import { isGpuwrightError } from '../../errors.ts';
import type { NativeLibrary } from '../backend.ts';
import { createInner, type Inner } from './inner.ts';
import type { ChildMessage, FinishedCall, InnerBackendName, ParentMessage, Step, WireCall } from './protocol.ts';

type RunMessage = Extract<ParentMessage, { type: 'run' }>;

const innerName = process.argv[2] as InnerBackendName;
const libraries = new Map<string, Promise<NativeLibrary>>();
const abandoned = new Set<number>();
const running = new Set<number>();
let untold: Step[] = [];
let telling: Promise<void> | undefined;
let innerReady: Promise<Inner> | undefined;

process.title = 'gpuwright-helper';
// Ctrl-C reaches the whole process group, and a service manager's stop every process of it: the parent alone decides when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// A hung call on libuv's pool makes process.exit wait for it for ever.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (message) => void receive(message as ParentMessage));

function say(message: ChildMessage): void {
  // A parent that is gone is noticed by `disconnect`.
  if (process.connected) process.send?.(message, () => {});
}

/** Resolves when the parent has been told; what other lanes have to say meanwhile goes along. */
function tell(step: Step): Promise<void> {
  untold.push(step);
  telling ??= new Promise((resolve) => {
    setImmediate(() => {
      telling = undefined;
      tellNow();
      resolve();
    });
  });
  return telling;
}

function tellNow(): void {
  if (untold.length > 0) say({ type: 'steps', steps: untold });
  untold = [];
}

async function receive(message: ParentMessage): Promise<void> {
  switch (message.type) {
    case 'open':
      return answer(message.request, async () => void (await open(message.path)));
    case 'resolve':
      return answer(message.request, async () => [...(await (await open(message.path)).resolve(message.symbols))]);
    case 'abandon':
      if (running.has(message.batch)) abandoned.add(message.batch);
      tellNow();
      return say({ type: 'abandoned', batch: message.batch });
    case 'run':
      return run(message);
  }
}

function open(path: string): Promise<NativeLibrary> {
  const known = libraries.get(path);
  if (known !== undefined) return known;
  innerReady ??= createInner(innerName);
  const opening = innerReady.then((inner) => inner.open(path));
  libraries.set(path, opening);
  opening.catch(() => libraries.delete(path));
  return opening;
}

async function answer(request: number, work: () => Promise<readonly string[] | void>): Promise<void> {
  try {
    const symbols = await work();
    say({ type: 'reply', request, ...(symbols === undefined ? {} : { symbols }) });
  } catch (error) {
    const code = isGpuwrightError(error) ? error.code : 'BACKEND_UNAVAILABLE';
    say({ type: 'refusal', request, code, message: error instanceof Error ? error.message : String(error) });
  }
}

async function run(message: RunMessage): Promise<void> {
  const { batch, path, lane, calls, latestStart } = message;
  running.add(batch);
  let library: NativeLibrary;
  try {
    library = await open(path);
  } catch {
    running.delete(batch);
    return say({ type: 'unopened', batch });
  }
  let finished: FinishedCall | undefined;
  for (const [index, call] of calls.entries()) {
    if (abandoned.has(batch) || (latestStart !== undefined && process.hrtime.bigint() > latestStart)) break;
    await tell({ batch, ...(finished === undefined ? {} : { finished }), entering: index });
    finished = await make(library, lane, call, index);
  }
  running.delete(batch);
  abandoned.delete(batch);
  await tell({ batch, ...(finished === undefined ? {} : { finished }) });
}

async function make(library: NativeLibrary, lane: string, call: WireCall, index: number): Promise<FinishedCall> {
  // A copy: what the channel hands over may stand at any address, and C wants its structs aligned.
  const frame: CallFrame = { words: call.words, pointerMask: call.pointerMask, memory: new Uint8Array(call.memory), relocations: call.relocations };
  const outcome = await (await (innerReady as Promise<Inner>)).execute(library, lane, call, frame);
  return { index, outcome, ...(outcome.state === 'done' ? { memory: frame.memory } : {}) };
}
