import type { Baseboard } from './baseboard.ts';
import { numbers, partitionTable, wiring } from './baseboard.ts';

/**
 * DGX-2, HGX-2. Link 5 of GPU 5 is port 16 as in release 2.3 of the guide: older texts print 6, which is GPU 1's. Links are reset in
 * pairs, which is why partitions that share a baseboard have five of six links.
 */
export const HGX2: Baseboard = {
  id: 'hgx2',
  name: 'HGX-2',
  products: ['DGX-2', 'HGX-2'],
  nvSwitchGeneration: 1,
  gpus: 8,
  maxBaseboards: 2,
  switches: 6,
  portsPerSwitch: 18,
  firstPort: 0,
  linksPerGpu: 6,
  trunkPorts: numbers('0-3 8-11'),
  switchesOnPcie: true,
  partitionsTellGpus: true,
  listsUnhealthyPartitions: null,
  trainsByItself: false,
  links: wiring([
    '4:16 1:5 6:6 3:15 5:15 2:6',
    '4:15 1:16 3:6 6:12 2:17 5:7',
    '4:14 1:17 3:17 6:13 5:6 2:4',
    '4:17 1:4 3:7 6:7 2:7 5:17',
    '4:13 1:13 5:13 3:13 6:14 2:16',
    '4:5 1:14 6:5 3:4 2:12 5:14',
    '4:12 1:15 5:5 3:5 2:13 6:17',
    '4:4 1:12 6:15 5:12 3:14 2:5',
  ]),
  partitions: partitionTable(0, 16, [
    [6, '1-16'],
    [6, '1-8'],
    [6, '9-16'],
    [5, '1 4 6-7 9 12 14-15'],
    [5, '2-3 5 8 10-11 13 16'],
    [5, '1 4 6-7'],
    [5, '2-3 5 8'],
    [5, '9 12 14-15'],
    [5, '10-11 13 16'],
    [5, '1 4'],
    [5, '2-3'],
    [5, '5 8'],
    [5, '6-7'],
    [5, '9 12'],
    [5, '10-11'],
    [5, '13 16'],
    [5, '14-15'],
  ]),
};
