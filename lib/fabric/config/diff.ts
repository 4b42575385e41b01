import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { ConfigDocument } from './document.ts';
import { printConfig } from './document.ts';

/** The unified diff of two versions of a file, with line numbers; empty where they are the same. */
export function diffConfig(before: ConfigDocument, after: ConfigDocument, path = 'fabricmanager.cfg'): string {
  const [old, next] = [printConfig(before), printConfig(after)];
  return old === next ? '' : createTwoFilesPatch(path, `${path} (new)`, old, next, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY });
}
