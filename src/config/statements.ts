/**
 * Statements in the operator's own words, instead of those that Avain makes: `statements/<kind>.<fi|sv|en>.md` for every
 * client, `statements/<client_id>/<kind>.<fi|sv|en>.md` for one of them. In all languages or not at all. The small markup
 * of terms: `# ` title, `## ` headings, `- ` items, paragraphs.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from './faults.ts';
import type { ConfigLocale } from './schema.ts';
import { configLocales } from './values.ts';

export const statementKinds = ['accessibility', 'privacy', 'cookies'] as const;
export type StatementKind = (typeof statementKinds)[number];

/** One statement in one language. */
export type StatementText = Readonly<{ title: string; markdown: string }>;

/** Those that somebody has written; what is absent is made by Avain. */
export type StatementTexts = Readonly<Partial<Record<StatementKind, Readonly<Record<ConfigLocale, StatementText>>>>>;

export type Statements = Readonly<{ all: StatementTexts; ofClient: Readonly<Record<string, StatementTexts>> }>;

const mostBytes = 100_000;
const fileName = /^(?<kind>accessibility|privacy|cookies)\.(?<locale>fi|sv|en)\.md$/;

/** The folder of statements; an absent one holds none. `clientIds`: whose own ones there may be. */
export async function readStatements(
  dir: string,
  shownAs: string,
  { clientIds, faults }: { clientIds: readonly string[]; faults: Fault[] },
): Promise<Statements> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  for (const name of folders.filter((id) => !clientIds.includes(id))) {
    const found = 'a folder that is no client’s';
    faults.push({ file: `${shownAs}/${name}`, line: null, key: '', found, expected: clientIds.join(', ') });
  }
  const ofClient = folders.map(async (id) => {
    const names = await readdir(join(dir, id));
    return [id, await readTexts(join(dir, id), `${shownAs}/${id}`, names, faults)] as const;
  });
  return {
    all: await readTexts(dir, shownAs, files, faults),
    ofClient: Object.fromEntries(await Promise.all(ofClient)),
  };
}

type Read = { readonly kind: string; readonly locale: string; readonly text: StatementText | null };

async function readTexts(
  dir: string,
  shownAs: string,
  names: readonly string[],
  faults: Fault[],
): Promise<StatementTexts> {
  const read = await Promise.all(
    [...names].sort().map((name) => readOne(join(dir, name), `${shownAs}/${name}`, name, faults)),
  );
  const groups = Map.groupBy(
    read.filter((one) => one !== null),
    ({ kind }) => kind,
  );
  const whole = [...groups].filter(([kind, group]) => {
    const missing = configLocales.filter((locale) => !group.some((one) => one.locale === locale));
    const found = `no ${missing.join(', no ')}`;
    if (missing.length > 0)
      faults.push({ file: shownAs, line: null, key: kind, found, expected: configLocales.join(', ') });
    return missing.length === 0 && group.every(({ text }) => text !== null);
  });
  // The cast: each kind has a text in each language, as was just seen.
  return Object.fromEntries(
    whole.map(([kind, group]) => [kind, Object.fromEntries(group.map(({ locale, text }) => [locale, text]))]),
  ) as StatementTexts;
}

async function readOne(path: string, file: string, name: string, faults: Fault[]): Promise<Read | null> {
  const { kind, locale } = fileName.exec(name)?.groups ?? {};
  const fault = (found: string, expected: string) => void faults.push({ file, line: 1, key: '', found, expected });
  if (!kind || !locale) {
    fault('another file name', `<${statementKinds.join('|')}>.<fi|sv|en>.md`);
    return null;
  }
  const text = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n').trim();
  const [head = '', title] = /^# +(\S.*)/.exec(text) ?? [];
  if (text.length > mostBytes) fault('a longer text', `at most ${mostBytes / 1000} kB`);
  if (title === undefined) fault('a text without a title', 'a first line of "# " and the title');
  const markdown = text.slice(head.length).trim();
  if (title !== undefined && markdown === '') fault('a title without a text', 'a text below the title');
  const sound = title !== undefined && markdown !== '' && text.length <= mostBytes;
  return { kind, locale, text: sound ? { title: title.trim(), markdown } : null };
}
