/** One YAML file with the line of each of its keys, so that a fault can name its place. */
import { readFile } from 'node:fs/promises';
import { isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { describeExpected, describeFound, type Fault } from './faults.ts';

export type KeyPath = readonly PropertyKey[];

export type Place = Pick<Fault, 'file' | 'line' | 'key'>;

export type Source = Readonly<{
  value: unknown;
  /** Where a key stands, or the nearest key above it that exists. */
  placeOf: (path: KeyPath) => Place;
}>;

/** Reads and parses; what is wrong with the file itself goes to `faults`, and null is returned. */
export async function readYaml(path: string, shownAs: string, faults: Fault[]): Promise<Source | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string') {
    faults.push({
      file: shownAs,
      line: null,
      key: '',
      found: text.code === 'ENOENT' ? 'no such file' : (text.code ?? 'an error'),
      expected: 'a readable YAML file',
    });
    return null;
  }
  return parseYaml(text, shownAs, faults);
}

/** As readYaml, for a text at hand. */
export function parseYaml(text: string, shownAs: string, faults: Fault[]): Source | null {
  const lineCounter = new LineCounter();
  // Without pretty errors: those quote the line, and the line may hold a secret.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true, merge: false });
  for (const error of [...document.errors, ...document.warnings]) {
    const line = lineCounter.linePos(error.pos[0]).line;
    faults.push({ file: shownAs, line, key: '', found: error.code, expected: 'well-formed YAML 1.2, each key once' });
  }
  if (document.errors.length > 0) return null;
  const lineAt = (node: Node | null) => (node?.range ? lineCounter.linePos(node.range[0]).line : null);
  const placeOf = (path: KeyPath) => ({
    file: shownAs,
    line: lineAt(nearestNode(document.contents, path)),
    key: path.map(String).join('.'),
  });
  return { value: document.toJS({ maxAliasCount: 10 }), placeOf };
}

/** The key's own node where there is one: a value may begin lines below its key. */
function nearestNode(contents: Node | null, path: KeyPath): Node | null {
  let container: unknown = contents;
  let nearest: Node | null = contents;
  for (const step of path) {
    if (isMap(container)) {
      const pair = container.items.find(({ key }) => String(key) === String(step));
      if (!pair) return nearest;
      if (isNode(pair.key)) nearest = pair.key;
      container = pair.value;
    } else if (isNode(container) && 'items' in container && Array.isArray(container.items)) {
      const item: unknown = container.items[Number(step)];
      if (!isNode(item)) return nearest;
      nearest = item;
      container = item;
    } else {
      return nearest;
    }
  }
  return nearest;
}

/** A fault at a key of a source. */
export function faultAt(source: Source, path: KeyPath, expected: string, foundInstead?: string): Fault {
  const found = foundInstead ?? describeFound(valueAt(source.value, path), path.map(String).join('.'));
  return { ...source.placeOf(path), found, expected };
}

/** Every fault a zod error knows, with its place; `prefix` is where the checked value stands in the file. */
export function faultsOf(source: Source, issues: readonly z.core.$ZodIssue[], prefix: KeyPath = []): Fault[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) =>
        faultAt(source, [...path, key], 'only keys that the schema knows', 'an unknown key'),
      );
    }
    const branch = issue.code === 'invalid_union' ? likeliestBranch(issue.errors) : null;
    return branch ? faultsOf(source, branch, path) : [faultAt(source, path, describeExpected(issue))];
  });
}

/** Of a union's branches the one whose outer kind fits: its faults say more than "one of these". */
function likeliestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  return (
    branches.find((issues) => issues.every(({ path, code }) => path.length > 0 || code !== 'invalid_type')) ?? null
  );
}

function valueAt(value: unknown, path: KeyPath): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, step);
  }
  return current;
}
