// A process that follows events: argv[2] is { library, options, end }. It says what comes, and ends by `end` when it is told to on stdin.
import { once } from 'node:events';
import { Nvml } from '../../../dist/lib/nvml/index.js';

const { library, options, end } = JSON.parse(process.argv[2]);
const nvml = await Nvml.open({ library, ...options });
const stop = new AbortController();

async function follow() {
  for await (const item of nvml.events({ signal: stop.signal })) console.log(item.kind === 'gpu' ? `xid ${item.xid}` : item.kind);
  console.log('over');
}

const following = follow();
if (end === 'none') {
  // Nothing but the events keeps it alive.
  await following;
} else {
  await once(process.stdin, 'data');
  process.exitCode = 7;
  if (end === 'exit') process.exit();
  if (end === 'abort') stop.abort();
  if (end === 'close') await nvml.close();
  // By itself, then, as soon as nothing is left to do.
  process.stdin.destroy();
}
