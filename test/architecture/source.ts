import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A file by its path from the package's folder, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What the architecture's rules want to know of one TypeScript file. */
export interface SourceFacts {
  /** Specifiers of `import`, `export … from`, `import()`, `import('…').Type`, `require()` and `require.resolve()`. */
  readonly specifiers: readonly string[];
  /** Lines of `import()` and `require()` whose specifier is not a literal, so that nobody can tell what they load. */
  readonly computedImports: readonly number[];
  /** Lines of `await` that a `require()` of the module would trip over. */
  readonly topLevelAwaits: readonly number[];
  readonly enums: readonly number[];
  readonly namespaces: readonly number[];
}

const SKIPPED = new Set(['node_modules', 'dist', 'build', 'prebuilds', 'generated', 'coverage', '.git']);

/** Every file below `folder` of the package, without what is built or generated. A folder that does not exist has none. */
export function filesBelow(root: string, folder: string, extensions: RegExp): SourceFile[] {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    if (SKIPPED.has(entry.name) || entry.name.startsWith('build-')) return [];
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(root, path, extensions);
    return entry.isFile() && extensions.test(entry.name) ? [{ path, text: readFileSync(join(root, path), 'utf8') }] : [];
  });
}

/** Parses one file; nothing of it is run. */
export function readFacts(file: SourceFile): SourceFacts {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  const facts = {
    specifiers: [] as string[],
    computedImports: [] as number[],
    topLevelAwaits: [] as number[],
    enums: [] as number[],
    namespaces: [] as number[],
  };
  const line = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;

  const loaded = (node: ts.Node, argument: ts.Node | undefined) => {
    if (argument !== undefined && ts.isStringLiteralLike(argument)) facts.specifiers.push(argument.text);
    else facts.computedImports.push(line(node));
  };

  const requires = new Set(['require']);
  const visit = (node: ts.Node, atTopLevel: boolean): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined && makesRequire(node.initializer)) requires.add(node.name.text);
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) loaded(node, node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) loaded(node, node.expression);
    else if (ts.isImportTypeNode(node)) loaded(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isCallExpression(node) && loadsAModule(node.expression, requires)) loaded(node, node.arguments[0]);
    else if (ts.isEnumDeclaration(node)) facts.enums.push(line(node));
    // A name in quotes tells the types of a package that has none.
    else if (ts.isModuleDeclaration(node) && !ts.isStringLiteral(node.name)) facts.namespaces.push(line(node));
    if (atTopLevel && waits(node)) facts.topLevelAwaits.push(line(node));
    const inside = atTopLevel && !ts.isFunctionLike(node) && !ts.isClassStaticBlockDeclaration(node);
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(source, true);
  return facts;
}

/** `import(…)`, `require(…)`, `require.resolve(…)`, the same by another name, and `createRequire(…)(…)`. */
function loadsAModule(callee: ts.Expression, requires: ReadonlySet<string>): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword || makesRequire(callee)) return true;
  const base = ts.isPropertyAccessExpression(callee) && callee.name.text === 'resolve' ? callee.expression : callee;
  return ts.isIdentifier(base) && requires.has(base.text);
}

function makesRequire(node: ts.Expression): boolean {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'createRequire';
}

/** `await`, `for await` and `await using`. */
function waits(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isForOfStatement(node)) return node.awaitModifier !== undefined;
  return ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing;
}
