import type { Baseboard } from './baseboard.ts';
import { numbers, partitionTable, wiring } from './baseboard.ts';

const GROUPS = ['1-8', '1-4', '5-8', '1 3', '2 4', '5 7', '6 8'];

/** DGX and HGX H100; H200 and H20 are wired and partitioned alike. Four links to each of two switches, five to each of the others. */
export const HGX_H100: Baseboard = {
  id: 'hgxH100',
  name: 'HGX H100',
  products: ['DGX H100', 'HGX H100', 'DGX H200', 'HGX H200', 'HGX H20'],
  nvSwitchGeneration: 3,
  gpus: 8,
  maxBaseboards: 1,
  switches: 4,
  portsPerSwitch: 64,
  firstPort: 0,
  linksPerGpu: 18,
  trunkPorts: [],
  switchesOnPcie: true,
  partitionsTellGpus: false,
  listsUnhealthyPartitions: true,
  trainsByItself: true,
  links: wiring([
    '2:36 2:37 1:40 1:41 4:58 4:59 3:62 3:63 4:63 4:62 3:45 2:40 1:44 1:45 3:43 3:42 2:46 2:47',
    '3:46 3:47 2:2 2:3 3:41 3:40 2:5 2:4 1:46 1:47 3:34 2:32 4:34 4:35 1:43 1:42 4:38 4:39',
    '4:61 4:60 2:39 2:38 4:57 4:56 1:53 1:52 3:50 3:51 2:33 3:52 1:49 1:48 3:16 3:17 2:1 2:0',
    '4:47 4:46 2:50 2:51 4:43 4:42 3:3 3:2 1:33 1:32 2:53 3:35 1:37 1:36 2:62 2:63 3:38 3:39',
    '2:57 2:56 3:60 3:61 4:48 4:49 1:59 1:58 4:53 4:52 3:44 2:52 1:62 1:63 3:37 3:36 2:49 2:48',
    '3:33 3:32 4:37 4:36 3:0 3:1 1:34 1:35 2:6 2:7 3:19 2:42 4:33 4:32 1:39 1:38 2:35 2:34',
    '2:54 2:55 4:45 4:44 2:58 2:59 4:41 4:40 3:56 3:57 2:43 3:53 1:55 1:54 3:49 3:48 1:51 1:50',
    '2:60 2:61 4:50 4:51 2:45 2:44 3:59 3:58 4:54 4:55 2:41 3:18 1:56 1:57 3:54 3:55 1:61 1:60',
  ]),
  partitions: partitionTable(0, 8, GROUPS.map((group) => [18, group])),
};

/** Every GPU of H800 has eight of H100's links, two to each switch, at the same ports. */
const H800_LINKS = numbers('1 3 5-6 8 13 15 17');

/** Partitioned as H100. The guide's table of partitions counts 18 links for each GPU; the board has eight. */
export const HGX_H800: Baseboard = {
  ...HGX_H100,
  id: 'hgxH800',
  name: 'HGX H800',
  products: ['HGX H800'],
  linksPerGpu: H800_LINKS.length,
  links: HGX_H100.links.filter(({ gpuLink }) => H800_LINKS.includes(gpuLink)),
  partitions: partitionTable(0, 8, GROUPS.map((group) => [H800_LINKS.length, group])),
};
