/**
 * Terms are texts that people accept: `terms/<id>/<version>.<fi|sv|en>.md`, each opening with front matter
 * (terms-file.ts; docs/terms.md tells what it means). A version exists in all languages, and says the same of itself in
 * each, or not at all. The hash is kept as evidence, so a published file never changes: a new text is a new version.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from './faults.ts';
import type { TermsVersion } from './schema.ts';
import { readTermsFile, type TermsContent, type TermsFile } from './terms-file.ts';
import { configLocales } from './values.ts';

/** Every version of every id below `dir`, oldest first; an absent folder holds no terms. */
export async function readTerms(
  dir: string,
  shownAs: string,
  faults: Fault[],
): Promise<Record<string, readonly TermsVersion[]>> {
  const folders = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const ids = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const read = async (id: string) => [id, await readVersions(join(dir, id), `${shownAs}/${id}`, faults)] as const;
  return Object.fromEntries(await Promise.all(ids.map(read)));
}

async function readVersions(dir: string, shownAs: string, faults: Fault[]): Promise<readonly TermsVersion[]> {
  const names = (await readdir(dir)).sort();
  const read = (name: string) => readTermsFile(join(dir, name), `${shownAs}/${name}`, name, faults);
  const files = (await Promise.all(names.map(read))).filter((file) => file !== null);
  if (names.length === 0) faults.push({ file: shownAs, line: null, key: '', found: 'no file', expected: 'a version' });
  const groups = [...Map.groupBy(files, ({ version }) => version).values()];
  for (const group of groups) faults.push(...missingLanguages(group, shownAs), ...differences(group));
  const dated = groups.flatMap((group) => dateOf(group) ?? []).sort((a, b) => a.date.localeCompare(b.date));
  // Of a version that cannot be read nobody knows which others it stands between.
  if (dated.length === groups.length) faults.push(...dated.flatMap((one, at) => orderFaults(one, dated[at - 1])));
  return dated.flatMap(({ group }) => versionOf(group) ?? []);
}

type Read = TermsFile & { readonly content: TermsContent };
type Dated = { readonly date: string; readonly first: Read; readonly group: readonly TermsFile[] };

const isRead = (file: TermsFile): file is Read => file.content !== null;

function dateOf(group: readonly TermsFile[]): Dated | null {
  const first = group.find(isRead);
  return first ? { date: first.content.date, first, group } : null;
}

function faultIn(file: TermsFile, key: keyof TermsContent, found: string | null, expected: string): Fault {
  return { file: file.file, line: file.lineOf(key), key, found: found ?? 'nothing', expected };
}

function missingLanguages(group: readonly TermsFile[], shownAs: string): Fault[] {
  const missing = configLocales.filter((locale) => !group.some((file) => file.locale === locale));
  const [first] = group;
  if (!first || missing.length === 0) return [];
  const found = `no ${missing.join(', no ')}`;
  return [{ file: shownAs, line: null, key: first.version, found, expected: configLocales.join(', ') }];
}

/** What a version says of itself must be the same in all its languages; a summary is in all of them or in none. */
function differences(group: readonly TermsFile[]): Fault[] {
  const [first, ...others] = group.filter(isRead);
  if (!first) return [];
  const like = `as in ${first.file}`;
  return others.flatMap((other) => {
    const { content } = other;
    const same = (['date', 'change', 'graceUntil'] as const)
      .filter((key) => content[key] !== first.content[key])
      .map((key) => faultIn(other, key, content[key], `${first.content[key] ?? 'nothing'}, ${like}`));
    const lacks = (content.summary === null) !== (first.content.summary === null);
    const wanted = first.content.summary === null ? 'nothing' : 'a summary';
    const found = content.summary === null ? null : 'a summary';
    return lacks ? [...same, faultIn(other, 'summary', found, `${wanted}, ${like}`)] : same;
  });
}

/** `earlier` is the version before; undefined = there is none. Told of the first language only, as the others say the same. */
function orderFaults({ first, date }: Dated, earlier: Dated | undefined): Fault[] {
  const { change, graceUntil, summary } = first.content;
  const faults: Fault[] = [];
  const tell = (key: keyof TermsContent, found: string, expected: string) =>
    void faults.push(faultIn(first, key, found, expected));
  const none = 'nothing: it is the first version, which nobody has an earlier one of';
  if (!earlier && change === 'minor') tell('change', change, none);
  if (!earlier && graceUntil !== null) tell('graceUntil', graceUntil, none);
  if (!earlier && summary !== null) tell('summary', 'a summary', none);
  if (earlier?.date === date) tell('date', date, `another day than that of version ${earlier.first.version}`);
  if (earlier && change === 'minor' && graceUntil !== null)
    tell('graceUntil', graceUntil, 'nothing: a minor version is never asked for');
  if (graceUntil !== null && graceUntil < date) tell('graceUntil', graceUntil, `${date} (its date) or a later day`);
  return faults;
}

function versionOf(group: readonly TermsFile[]): TermsVersion | null {
  const read = group.filter(isRead);
  const [first] = read;
  if (!first || read.length < configLocales.length) return null;
  const { version, date, change, graceUntil } = first.content;
  const texts = read.map(({ locale, content: { title, markdown, summary } }) => [
    locale,
    { title, markdown, summary, hash: hashOf(markdown) },
  ]);
  // The cast: all languages are there, each once, as files of one folder have different names.
  return { version, date, change, graceUntil, texts: Object.fromEntries(texts) as TermsVersion['texts'] };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}
