/** The project's own source as text, for tests that hold the house to its rules. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export type ImportedModule = {
  /** A path from the root, such as `src/ids.ts`, or a package's name, such as `koa` or `node:fs`. */
  target: string;
  /** Whether the import vanishes when types are stripped. */
  typeOnly: boolean;
};
export type SourceFile = { path: string; text: string; lines: number; imports: ImportedModule[] };

const root = join(import.meta.dirname, '../..');

/** All TypeScript files under a folder of the repository (`src`, `test`); none if the folder is not there. */
export function sourceFiles(folder: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => readSource(relative(root, join(entry.parentPath, entry.name))))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, lines: text.trimEnd().split('\n').length, imports: importsOf(text, path) };
}

/** Static imports and re-exports, side-effect imports and `import()` of a literal. `path` is the importing file's. */
export function importsOf(text: string, path: string): ImportedModule[] {
  const code = withoutComments(text);
  const statements = /(?:^|;)\s*(?:import|export)\s+(type\s)?(?:[^'"`;()=]*?\sfrom\s*)?(['"])([^'"]+)\2/gm;
  const dynamic = /\bimport\(\s*(['"`])([^'"`]+)\1/g;
  const found = [...code.matchAll(statements)].map((match) => ({
    target: targetOf(match[3] ?? '', path),
    typeOnly: match[1] !== undefined,
  }));
  const awaited = [...code.matchAll(dynamic)].map((match) => ({
    target: targetOf(match[2] ?? '', path),
    typeOnly: false,
  }));
  return [...found, ...awaited];
}

/** Comments blanked line by line, so that prose about imports is none. Strings that look like comments stay. */
export function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function targetOf(specifier: string, path: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? join(dirname(path), specifier) : specifier;
}
