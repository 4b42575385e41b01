/** Which backend serves, by what was asked for and what this system can load. */
import { GpuwrightError } from '../errors.ts';
import { createAddonBackend } from './addon.ts';
import type { Backend } from './backend.ts';
import { createHelperProcessBackend } from './helper-process/index.ts';
import { createKoffiBackend } from './koffi.ts';

const NATIVE = ['addon', 'koffi'] as const;

export type NativeBackendName = (typeof NATIVE)[number];

export interface BackendChoice {
  /** `auto` is the addon, and koffi where that cannot be loaded. Default: the environment variable `GPUWRIGHT_BACKEND`, else `auto`. */
  readonly backend?: NativeBackendName | 'auto';
  /**
   * Whether calls are made in this process or in a child that may crash or be killed. Default: in this process with the addon; with
   * koffi in a child, because it has no lanes in process. `in-process` with koffi therefore means synchronous calls only.
   */
  readonly isolation?: 'in-process' | 'helper-process';
}

/** How each backend is made; a test gives its own. Each throws when the system cannot have that backend. */
export interface BackendSources {
  readonly addon: () => Backend;
  readonly koffi: () => Backend;
  readonly helperProcess: (inner: NativeBackendName) => Backend;
}

const SOURCES: BackendSources = {
  addon: createAddonBackend,
  koffi: createKoffiBackend,
  helperProcess: (inner) => createHelperProcessBackend({ inner }),
};

/** Rejects with `INVALID_INPUT` for a choice that does not exist and `BACKEND_UNAVAILABLE`, naming what was tried, where none can be loaded. */
export async function selectBackend(
  choice: BackendChoice = {},
  environment: NodeJS.ProcessEnv = process.env,
  sources: BackendSources = SOURCES,
): Promise<Backend> {
  const wanted = wantedBackend(choice, environment);
  const { isolation } = choice;
  if (isolation !== undefined && isolation !== 'in-process' && isolation !== 'helper-process') {
    throw new GpuwrightError('INVALID_INPUT', `isolation ${JSON.stringify(isolation)}: is unknown: give 'in-process' or 'helper-process'`);
  }
  const failures: string[] = [];
  let cause: unknown;
  for (const name of wanted === 'auto' ? NATIVE : [wanted]) {
    try {
      // Made even where a child will hold it: whether it loads is then known here and now, and its reason can be told.
      const backend = sources[name]();
      if (isolation === 'in-process' || (isolation === undefined && backend.capabilities.lanes)) return backend;
      await backend.close();
      return sources.helperProcess(name);
    } catch (error) {
      cause = error;
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new GpuwrightError('BACKEND_UNAVAILABLE', ['backend: none of those tried can be loaded:', ...failures].join('\n  '), { cause });
}

function wantedBackend({ backend }: BackendChoice, environment: NodeJS.ProcessEnv): NativeBackendName | 'auto' {
  const variable = environment['GPUWRIGHT_BACKEND'];
  const [what, wanted] = backend !== undefined ? ['backend', backend] : ['GPUWRIGHT_BACKEND', variable || 'auto'];
  if (wanted === 'auto' || wanted === 'addon' || wanted === 'koffi') return wanted;
  throw new GpuwrightError('INVALID_INPUT', `${what} ${JSON.stringify(wanted)}: is unknown: give addon, koffi or auto`);
}
