#!/usr/bin/env node
import { realPorts } from './real-ports.ts';
import { endQuietlyOnClosedPipe, finish } from './process-end.ts';
import { runCommandLine } from './command-line.ts';

endQuietlyOnClosedPipe();
void runCommandLine(process.argv.slice(2), realPorts()).then(finish);
