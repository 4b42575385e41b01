import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package, the same whether this file runs from its source or from `dist`. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'gpuwright') return folder;
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`gpuwright: no package.json named gpuwright above ${fileURLToPath(import.meta.url)}: reinstall the package`);
    folder = parent;
  }
}
