import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { createKoffiBackend } from '../../lib/backend/koffi.ts';
import { describeBackendContract } from './contract.ts';

const compiled = (file: string): string => JSON.stringify(pathToFileURL(join(packageRoot(), 'dist/lib/backend', file)).href);

describeBackendContract('koffi', createKoffiBackend, `import { createKoffiBackend } from ${compiled('koffi.js')}; const backend = createKoffiBackend();`);
void describe; void expect; void it;
