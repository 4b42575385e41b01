import type { Baseboard } from './baseboard.ts';
import { partitionTable, wiring } from './baseboard.ts';

/** DGX and HGX B200 and B300: nine links of each GPU to each of two switches. Partitions count from 1, and so do ports. */
export const HGX_B200: Baseboard = {
  id: 'hgxB200',
  name: 'HGX B200',
  products: ['DGX B200', 'HGX B200', 'DGX B300', 'HGX B300'],
  nvSwitchGeneration: 4,
  gpus: 8,
  maxBaseboards: 1,
  switches: 2,
  portsPerSwitch: 72,
  firstPort: 1,
  linksPerGpu: 18,
  trunkPorts: [],
  switchesOnPcie: false,
  partitionsTellGpus: false,
  listsUnhealthyPartitions: true,
  trainsByItself: true,
  links: wiring([
    '2:2 2:10 1:3 2:12 2:6 1:2 2:4 1:4 1:1 2:14 1:7 2:16 1:5 1:6 2:8 1:8 2:1 1:10',
    '2:3 2:20 1:9 2:18 2:7 1:12 2:5 1:14 1:11 2:24 1:13 2:22 1:15 1:16 2:9 1:18 2:11 1:20',
    '2:13 2:26 1:19 2:28 2:17 1:22 2:15 1:24 1:17 2:30 1:23 2:32 1:21 1:26 2:19 1:28 2:21 1:30',
    '2:23 2:36 1:25 2:34 2:27 1:32 2:25 1:34 1:27 2:40 1:29 2:38 1:31 1:36 2:29 1:38 2:31 1:40',
    '2:33 2:42 1:35 2:44 2:37 1:42 2:35 1:44 1:33 2:46 1:39 2:48 1:37 1:46 2:39 1:48 2:41 1:50',
    '2:43 2:52 1:41 2:50 2:47 1:52 2:45 1:54 1:43 2:56 1:45 2:54 1:47 1:56 2:49 1:58 2:51 1:60',
    '2:53 2:58 1:51 2:60 2:57 1:62 2:55 1:64 1:49 2:62 1:55 2:64 1:53 1:66 2:59 1:68 2:61 1:70',
    '2:63 2:68 1:57 2:66 2:67 1:72 2:65 1:65 1:59 2:72 1:61 2:70 1:63 1:67 2:69 1:69 2:71 1:71',
  ]),
  partitions: partitionTable(1, 8, ['1-8', '1-4', '5-8', '1-2', '3-4', '5-6', '7-8'].map((group) => [18, group])),
};
