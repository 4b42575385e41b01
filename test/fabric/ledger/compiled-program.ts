/**
 * Programs for child processes, written as the tests are, in TypeScript: each is turned into JavaScript in a folder of its own, beside a
 * link to the compiled library.
 */
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../../lib/package-root.ts';

/** Compiles files below `test`, which may import one another and `lib`. The folder mirrors the package. */
export async function compilePrograms(files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gpuwright-programs-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await symlink(join(packageRoot(), 'dist/lib'), join(folder, 'lib'));
  for (const file of files) {
    const { outputText } = ts.transpileModule(await readFile(join(packageRoot(), file), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true },
    });
    const path = join(folder, file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, outputText);
  }
  return folder;
}
