import type { LibraryLocation } from '../../library/locate.ts';
import { multiarchFolder } from '../../library/locate.ts';

/** Where drivers, distributions, containers and WSL put libnvidia-ml. */
export function nvmlLocation(architecture: NodeJS.Architecture = process.arch): LibraryLocation {
  const multiarch = multiarchFolder(architecture);
  return {
    name: 'libnvidia-ml',
    sonames: ['libnvidia-ml.so.1', 'libnvidia-ml.so'],
    folders: [
      `/usr/lib/${multiarch}`,
      `/usr/lib/${multiarch}/nvidia/current`,
      '/usr/lib64',
      '/usr/lib64/nvidia',
      '/usr/lib',
      '/usr/lib/nvidia',
      // mounted by container runtimes and device plugins
      '/usr/local/nvidia/lib64',
      '/usr/local/nvidia/lib',
      // the driver container of the GPU operator
      `/run/nvidia/driver/usr/lib/${multiarch}`,
      '/run/nvidia/driver/usr/lib64',
      // WSL, NixOS
      '/usr/lib/wsl/lib',
      '/run/opengl-driver/lib',
    ],
    remedy: 'install the NVIDIA driver (in a container: run it with the GPU passed through), or put its folder into LD_LIBRARY_PATH; without a GPU, make a simulated host with `gpuwright simulate create`',
  };
}
