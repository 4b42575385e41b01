#!/usr/bin/env node
import { realPorts } from './real-ports.ts';
import { surviveClosedPipe, finish } from './process-end.ts';
import { runCommandLine } from './command-line.ts';

surviveClosedPipe();
void runCommandLine(process.argv.slice(2), realPorts()).then(finish);
