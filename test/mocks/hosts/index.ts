/** Hosts for tests, of products that no shipped host has. */
import { join } from 'node:path';

const file = (name: string) => join(import.meta.dirname, `${name}.json`);

export const A100_PCIE_2 = file('a100-pcie-2');
export const RTX_3090_2 = file('rtx-3090-2');
export const T4_2 = file('t4-2');
