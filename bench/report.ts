import Table from 'cli-table3';

/** Every figure of the bench; null where this machine cannot measure it. */
export type Figures = Readonly<Record<string, number | null>>;

interface Row {
  readonly key: string;
  readonly says: string;
  readonly unit: 'ns' | 'ms' | '×';
  readonly aim?: { readonly atMost: number } | { readonly atLeast: number };
}

const ROWS: readonly Row[] = [
  { key: 'cLoopNs', says: 'C: one call through a function pointer', unit: 'ns' },
  { key: 'emptyCallNs', says: 'empty Node-API call', unit: 'ns' },
  { key: 'addonSyncNs', says: 'addon, synchronous call', unit: 'ns' },
  { key: 'addonSyncToEmpty', says: '  against the empty call', unit: '×', aim: { atMost: 1.2 } },
  { key: 'koffiSyncNs', says: 'koffi through our backend', unit: 'ns' },
  { key: 'koffiOutNs', says: 'koffi with _Out_', unit: 'ns' },
  { key: 'koffiOutToAddon', says: '  against the addon', unit: '×', aim: { atLeast: 15 } },
  { key: 'ctypesNs', says: 'Python ctypes', unit: 'ns' },
  { key: 'spawnNs', says: 'spawning a process', unit: 'ns' },
  { key: 'simulatorNumberNs', says: 'simulator: one call from C, a number', unit: 'ns' },
  { key: 'simulatorListNs', says: '  a list of 110 clocks', unit: 'ns' },
  { key: 'rawNumberNs', says: 'nvml.raw beyond a C call: a number', unit: 'ns' },
  { key: 'rawTextNs', says: '  a text', unit: 'ns' },
  { key: 'rawStructNs', says: '  a struct of three 64-bit numbers', unit: 'ns' },
  { key: 'rawListNs', says: '  a list of 110 clocks', unit: 'ns' },
  { key: 'hostSnapshot1Ms', says: 'snapshot of a simulated host, 1 GPU', unit: 'ms' },
  { key: 'hostSnapshot8Ms', says: '  8 GPUs', unit: 'ms' },
  { key: 'hostSnapshot16Ms', says: '  16 GPUs', unit: 'ms' },
  { key: 'hostSnapshot64Ms', says: '  64 GPUs', unit: 'ms' },
  { key: 'perGpu64To8', says: '  each GPU of 64 against each of 8', unit: '×', aim: { atMost: 1.5 } },
  { key: 'submitOneNs', says: 'submit of one call to a lane', unit: 'ns' },
  { key: 'snapshotNs', says: 'snapshot of 16 GPUs × 30 fields, calls free', unit: 'ns' },
  { key: 'snapshotToCFree', says: '  against the serial C loop', unit: '×' },
  { key: 'snapshotToC20us', says: 'the same, calls busy for 20 µs', unit: '×', aim: { atMost: 1.1 } },
  { key: 'snapshotToC20usLocked', says: 'the same, calls under one driver lock', unit: '×' },
  { key: 'eventLoopP99Ms', says: 'event-loop delay p99, every call 100 ms', unit: 'ms', aim: { atMost: 2 } },
  { key: 'eventLoopIdleP99Ms', says: '  with no call in flight', unit: 'ms' },
  { key: 'fabricListMs', says: 'listing 15 fabric partitions', unit: 'ms' },
  { key: 'fabricSilentP99Ms', says: 'event-loop delay p99, Fabric Manager silent', unit: 'ms', aim: { atMost: 2 } },
  { key: 'fabricCrashP99Ms', says: '  over crashes of its library', unit: 'ms' },
  { key: 'otherGpusAgeMs', says: 'age of the other 15 GPUs, one wedged', unit: 'ms' },
  { key: 'otherGpusAgeFirstMs', says: '  in the poll that finds it', unit: 'ms' },
];

/** The figures for people, with the aims that exist and whether they are met. */
export function asTable(figures: Figures): string {
  const table = new Table({
    head: ['', 'figure', 'aim', ''],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'left'],
  });
  for (const { key, says, unit, aim } of ROWS) {
    const figure = figures[key];
    const measured = typeof figure === 'number';
    const met = !measured || aim === undefined ? '' : ('atMost' in aim ? figure <= aim.atMost : figure >= aim.atLeast) ? 'met' : 'MISSED';
    const wanted = aim === undefined ? '' : 'atMost' in aim ? `≤ ${aim.atMost} ${unit}` : `≥ ${aim.atLeast} ${unit}`;
    table.push([says, measured ? `${written(figure)} ${unit}` : 'not measured', wanted, met]);
  }
  return table.toString();
}

function written(figure: number): string {
  return figure >= 1000 ? Math.round(figure).toLocaleString('en') : figure.toPrecision(3);
}
