import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createHelperProcessBackend } from '../../lib/backend/helper-process/index.ts';
import { createKoffiBackend } from '../../lib/backend/koffi.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { describeBackendContract } from './contract.ts';

function exportOf(file: string, call: string): string {
  const url = pathToFileURL(join(packageRoot(), 'dist/lib/backend', file)).href;
  return `const { ${call.slice(0, call.indexOf('('))} } = await import(${JSON.stringify(url)}); const backend = ${call};`;
}

describeBackendContract('koffi', createKoffiBackend, exportOf('koffi.js', 'createKoffiBackend()'));
for (const inner of ['koffi'] as const) {
  describeBackendContract(
    `helper-process(${inner})`,
    () => createHelperProcessBackend({ inner }),
    exportOf('helper-process/index.js', `createHelperProcessBackend({ inner: '${inner}' })`),
  );
}
