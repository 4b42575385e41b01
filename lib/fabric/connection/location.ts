import type { LibraryLocation } from '../../library/locate.ts';
import { multiarchFolder } from '../../library/locate.ts';

/** Where the packages of Fabric Manager put libnvfm. */
export function fabricLocation(architecture: NodeJS.Architecture = process.arch): LibraryLocation {
  const multiarch = multiarchFolder(architecture);
  return {
    name: 'libnvfm',
    sonames: ['libnvfm.so.1', 'libnvfm.so'],
    folders: [`/usr/lib/${multiarch}`, '/usr/lib64', '/usr/lib'],
    remedy: 'install nvidia-fabricmanager-dev (deb) or nvidia-fabric-manager-devel (rpm) of the version of the driver; without a baseboard, make a simulated host with `gpuwright simulate create`',
  };
}
