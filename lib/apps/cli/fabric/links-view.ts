/** Ports of switches with what is behind them, as a table. */
import type { Baseboard, TracedPort } from '../../../fabric/index.ts';
import { printable } from '../cells.ts';
import type { Screen } from '../ports.ts';
import { table, wrap } from '../table.ts';
import type { Tenants } from './links.ts';

export function linksTable(board: Baseboard, traced: readonly TracedPort[], { from }: Tenants, screen: Pick<Screen, 'columns'>): string {
  const two = board.maxBaseboards === 2;
  const head = [...(two ? ['BOARD'] : []), 'SWITCH', 'PORT', 'MODULE', 'LINK', 'ACTIVE', 'OWNER', 'PARTITIONS'];
  const rows = traced.map(({ tray, nvSwitch, port, end, partitions }) => {
    const active = partitions.filter((partition) => partition.active === true);
    return [
      ...(two ? [String(tray)] : []),
      String(nvSwitch),
      String(port),
      end.kind === 'gpu' ? String(end.physicalId) : end.kind === 'trunk' ? 'other board' : 'unused',
      end.kind === 'gpu' ? String(end.gpuLink) : '-',
      from === 'default-table' ? '?' : active.map(({ id, usesPort }) => `${id}${usesPort === null ? '*' : ''}`).join(' ') || '-',
      from === 'default-table' ? '?' : active.map(({ owner }) => printable(owner ?? '?')).join(' ') || '-',
      partitions.map(({ id, usesPort }) => `${id}${usesPort === null ? '*' : ''}`).join(' ') || '-',
    ];
  });
  const legend = `Switches of ${board.name}, as the guide counts them. PARTITIONS: all that use the port when they are active; * some of the GPU's links, and no document tells which. Owner ?: nobody knows whose.`;
  return `${table(head, rows)}\n\n${wrap(legend, screen.columns)}\n`;
}
