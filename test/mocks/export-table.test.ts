import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { pythonEnvironment } from './python.ts';
import { host } from './simulated-host.ts';

const PROGRAM = fileURLToPath(new URL('export_table.py', import.meta.url));

describe('the table that the vendor’s command-line tools ask for', () => {
  it('has a handle by index, lists of named processes, and slots that leave nothing behind', async () => {
    const machine = await host('tesla-v100-8', { driver: '470.05' });
    // Another program that uses the host.
    const client = await Client.initialised(machine.nvmlLibrary);
    const { pid } = client;
    const told = JSON.parse(execFileSync('python3', [PROGRAM, machine.nvmlLibrary], { encoding: 'utf8', env: pythonEnvironment() })) as Record<string, unknown>;
    expect(told).toMatchObject({
      other: 3, null: 2, found: 0, big_enough: true, every_slot: true,
      by_index: 0, same_handle: true, beyond: 2, zeroed: [0, 0], kept: 7, no_pointer: 0,
      generation: [3, 3], short: [7, 1],
    });
    expect(told['lists']).toEqual({ 213: [0, [pid, expect.stringContaining('python')]], 214: [0], 215: [0] });
  });
});
