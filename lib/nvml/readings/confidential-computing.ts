/** Confidential computing, as the host's driver tells it. */
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import type { OpenEnum } from '../../abi/open-enum.ts';
import { nameInOrder } from '../../abi/open-enum.ts';
import { functionCall } from '../../library/library-call.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { mapReading } from '../../telemetry/reading.ts';
import { flag } from '../plausible.ts';
import type { AskLibrary } from './ask.ts';
import { reading } from './ask.ts';

export interface ConfidentialComputing {
  readonly environment: Reading<OpenEnum<'unavailable' | 'simulated' | 'production'>>;
  /** Whether the GPUs protect what runs on them. */
  readonly enabled: Reading<boolean>;
  readonly devToolsMode: Reading<boolean>;
  readonly cpu: Reading<OpenEnum<'none' | 'amd-sev' | 'intel-tdx' | 'amd-sev-snp' | 'amd-snp-vtom'>>;
  readonly gpusCapable: Reading<boolean>;
  /** Attested, and open for work. */
  readonly acceptingWork: Reading<boolean>;
}

/** By their numbers, from 0. */
const ENVIRONMENTS = ['unavailable', 'simulated', 'production'] as const;
const CPUS = ['none', 'amd-sev', 'intel-tdx', 'amd-sev-snp', 'amd-snp-vtom'] as const;

export async function readConfidentialComputing(ask: AskLibrary): Promise<ConfidentialComputing> {
  const [stated, capable, ready] = await ask([
    functionCall(c.nvmlSystemGetConfComputeState, {}), functionCall(c.nvmlSystemGetConfComputeCapabilities, {}), functionCall(c.nvmlSystemGetConfComputeGpusReadyState, {}),
  ] as const);
  const state = reading(stated, (outputs) => outputs.state);
  const capabilities = reading(capable, (outputs) => outputs.capabilities);
  return {
    environment: mapReading(state, ({ environment }) => nameInOrder(ENVIRONMENTS, environment)),
    enabled: reading(stated, (outputs) => flag('nvmlSystemGetConfComputeState', 'the feature', outputs.state.ccFeature)),
    devToolsMode: reading(stated, (outputs) => flag('nvmlSystemGetConfComputeState', 'the developer tools mode', outputs.state.devToolsMode)),
    cpu: mapReading(capabilities, ({ cpuCaps }) => nameInOrder(CPUS, cpuCaps)),
    gpusCapable: reading(capable, (outputs) => flag('nvmlSystemGetConfComputeCapabilities', 'the capability', outputs.capabilities.gpusCaps)),
    acceptingWork: reading(ready, ({ isAcceptingWork }) => flag('nvmlSystemGetConfComputeGpusReadyState', 'the ready state', isAcceptingWork)),
  };
}
