/** `nvml.events()` at another pace than the one that suits a driver, for tests that cannot wait as long. */
import { afterEach } from 'vitest';
import { selectBackend } from '../../lib/backend/select.ts';
import type { Backend } from '../../lib/backend/backend.ts';
import type { EventSources, ListeningPace } from '../../lib/nvml/events/listen.ts';
import { listen } from '../../lib/nvml/events/listen.ts';
import type { EventsOptions } from '../../lib/nvml/index.ts';
import { NvmlCore } from '../../lib/nvml/session/nvml-core.ts';
import { hostSnapshot } from '../../lib/nvml/snapshot/host-snapshot.ts';
import type { Way } from './backends.ts';

const opened: NvmlCore[] = [];
afterEach(async () => {
  for (const core of opened.splice(0)) await core.close();
});

export class PacedEvents {
  readonly core: NvmlCore;
  readonly #pace: ListeningPace;

  private constructor(core: NvmlCore, pace: ListeningPace) {
    this.core = core;
    this.#pace = pace;
    opened.push(core);
  }

  static async open(where: { readonly library: string; readonly way: Way } | { readonly backend: Backend }, pace: ListeningPace, deadlineMs: number): Promise<PacedEvents> {
    const createBackend = async (): Promise<Backend> => ('backend' in where ? where.backend : await selectBackend(where.way));
    const core = await NvmlCore.open({ createBackend, listGpus: () => Promise.resolve([]) }, 'library' in where ? where.library : undefined, deadlineMs);
    return new PacedEvents(core, pace);
  }

  events(options: EventsOptions = {}): ReturnType<typeof listen> {
    const { core } = this;
    const snapshot: EventSources['snapshot'] = async () =>
      await hostSnapshot({ session: core.session, last: core.last, culprits: core.culprits, listGpus: () => core.ports.listGpus() }, core.deadline({}));
    return listen({ core, snapshot }, options, this.#pace);
  }
}
