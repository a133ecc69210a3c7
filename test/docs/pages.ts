/** The documentation as data: its code blocks and tables, for tests that hold it to the truth. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** Every page for people, by its path from the root. */
export const pageNames: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export function page(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

/** The first code block whose opening line is exactly this, such as `yaml client`; without the name: any block of that kind. */
export function block(name: string, opening: string): string {
  const found = new RegExp(`^\`\`\`${opening}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page(name))?.[1];
  if (found === undefined) throw new Error(`${name} has no block «${opening}»`);
  return found;
}

/** The rows of the first table whose header begins with `header`, on the whole page or after a heading (`## Lives`). */
export function table(name: string, header: string, heading?: string): readonly (readonly string[])[] {
  const lines = page(name).split('\n');
  const from = heading === undefined ? 0 : lines.indexOf(heading);
  const start = lines.findIndex((line, index) => index >= from && line.startsWith(`| ${header}`));
  if (from < 0 || start < 0) throw new Error(`${name} has no table «${header}» ${heading ?? ''}`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map(cellsOf);
}

function cellsOf(row: string): readonly string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** All words in backticks. */
export function coded(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}
