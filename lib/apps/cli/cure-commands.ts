/** The command of each cure, on a real host and on a simulated one. Shown, never run. */
import type { CureId } from '../../diagnosis/index.ts';
import type { GpuSnapshot } from '../../nvml/types.ts';
import { quoteIfNeeded } from './shell-quote.ts';
import { known } from './status-view.ts';

export function cureCommand(cure: CureId, gpu: GpuSnapshot, machineFile: string | undefined): string {
  if (machineFile !== undefined) {
    const file = quoteIfNeeded(machineFile);
    const simulated: Record<CureId, string> = {
      'reattach': `gpuwright simulate set ${file} --gpu ${gpu.index} persistence=off && gpuwright simulate advance ${file} --seconds 5 && gpuwright status --machine ${file}`,
      'gpu-reset': `gpuwright simulate reset ${file} --gpu ${gpu.index}`,
      'driver-reload': `gpuwright simulate reload-driver ${file}`,
      'reboot': `gpuwright simulate reboot ${file}`,
    };
    return simulated[cure];
  }
  const id = known(gpu.pciBusId) ?? String(gpu.index);
  const real: Record<CureId, string> = {
    'reattach': `nvidia-smi -i ${id} -pm 0`,
    'gpu-reset': `nvidia-smi -i ${id} -r`,
    'driver-reload': 'modprobe -r nvidia_uvm nvidia_drm nvidia_modeset nvidia && modprobe nvidia',
    'reboot': 'reboot',
  };
  return real[cure];
}
