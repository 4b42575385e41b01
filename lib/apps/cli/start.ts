/**
 * `npm start`, the main job: what is wrong with the GPUs of this host? Only where there is no NVIDIA library at all it makes a
 * simulated host, so that there is something to see. Exits 0 in all cases: npm would bury a picture of the GPUs under its own error.
 */
import { surviveClosedPipe, finish } from './process-end.ts';
import { realPorts } from './real-ports.ts';
import { showFirstLook } from './first-look.ts';

surviveClosedPipe();
void showFirstLook(realPorts()).then(() => finish(0));
