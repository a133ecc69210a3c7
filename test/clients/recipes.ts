/**
 * Other people's programs sign in at Avain (docs/clients.md). What runs here are the recipes of docs/recipes, word for word: this file
 * reads them, start-client.ts runs one, walk.ts and single-page-app.ts are the person in front of it, witness.ts stands between
 * the program and Avain and says what was really asked. npm/ holds the programs that come from the registry.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The code blocks of a recipe by the word behind their language; a block without such a word is for people only. */
export type Recipe = ReadonlyMap<string, string>;

/** Blocks that are no files of the program: the client, a piece of avain.yaml, and what a shell is told. */
const notFiles: readonly string[] = ['client', 'avain.yaml', 'install', 'run', 'private-ca'];

export function readRecipe(name: string): Recipe {
  const text = readFileSync(join(root, 'docs/recipes', `${name}.md`), 'utf8');
  return new Map(
    [...text.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, word = '', block = '']) => [word, block]),
  );
}

/** Throws where the recipe has no such block. */
export function blockOf(recipe: Recipe, word: string): string {
  const block = recipe.get(word);
  if (block === undefined) throw new Error(`the recipe has no block «${word}»`);
  return block;
}

/** The program's own files by their names. */
export function filesOf(recipe: Recipe): readonly (readonly [name: string, text: string])[] {
  return [...recipe].filter(([word]) => !notFiles.includes(word));
}

/** Where a recipe runs this time. */
export type Place = {
  readonly issuer: string;
  /** The folder that the recipe calls `/path/to/app`. */
  readonly folder: string;
  /** Avain's data. */
  readonly dataDir: string;
  /** By how much all ports are moved. */
  readonly offset: number;
  /** The private authority's certificate; null where the issuer speaks http. */
  readonly caFile: string | null;
};

/** The one place where a recipe's text is changed: its addresses and paths become those of this run, and nothing else. */
export function inPlace(text: string, { issuer, folder, dataDir, offset, caFile }: Place): string {
  return text
    .replace(/(?<!\d)330[1-9](?!\d)/g, (port) => String(Number(port) + offset))
    .replaceAll('http://localhost:3000', issuer)
    .replaceAll('/path/to/avain/data', dataDir)
    .replaceAll('/path/to/app', folder)
    .replaceAll('/path/to/private-ca.pem', caFile ?? '');
}
