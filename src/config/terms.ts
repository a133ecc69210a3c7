/**
 * Terms are texts that people accept: `terms/<id>/<version>.<fi|sv|en>.md`, each opening with front matter (`version`,
 * `date` in force since). A version exists in all languages or not at all. The hash is kept as evidence, so a published
 * file never changes: a new text is a new version.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Fault } from './faults.ts';
import type { ConfigLocale, TermsVersion } from './schema.ts';
import { calendarDate, configLocales, text } from './values.ts';
import { faultsOf, parseYaml } from './yaml-file.ts';

const frontMatterSchema = z.strictObject({ version: text, date: calendarDate, title: text.optional() });

const fileName = /^(?<version>[0-9A-Za-z][0-9A-Za-z.-]*)\.(?<locale>fi|sv|en)\.md$/;

type TermsText = Readonly<{ version: string; locale: ConfigLocale; date: string; markdown: string; file: string }>;

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
  const texts = await Promise.all(names.map((name) => readText(join(dir, name), `${shownAs}/${name}`, name, faults)));
  const byVersion = Map.groupBy(
    texts.filter((item) => item !== null),
    ({ version }) => version,
  );
  const versions = [...byVersion.values()].flatMap((group) => versionOf(group, shownAs, faults) ?? []);
  return versions.sort((a, b) => a.date.localeCompare(b.date) || a.version.localeCompare(b.version));
}

async function readText(path: string, shownAs: string, name: string, faults: Fault[]): Promise<TermsText | null> {
  const { version, locale } = fileName.exec(name)?.groups ?? {};
  const fault = (key: string, found: string, expected: string) => {
    faults.push({ file: shownAs, line: 1, key, found, expected });
    return null;
  };
  if (!version || !locale) return fault('', 'another file name', '<version>.<fi|sv|en>.md');
  const content = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
  const [, head, body] = /^---\n(.*?)\n---\n(.*)$/s.exec(content) ?? [];
  if (head === undefined || !body?.trim())
    return fault('', 'no front matter or no text', 'front matter, then the text');
  // An empty first line stands for the `---`, so that lines count as in the file.
  const source = parseYaml(`\n${head}`, shownAs, faults);
  if (!source) return null;
  const parsed = frontMatterSchema.safeParse(source.value);
  if (!parsed.success) {
    faults.push(...faultsOf(source, parsed.error.issues));
    return null;
  }
  if (parsed.data.version !== version) return fault('version', parsed.data.version, `${version}, as the file is named`);
  // The cast: the pattern of the file name allows nothing else.
  return { version, locale: locale as ConfigLocale, date: parsed.data.date, markdown: body.trim(), file: shownAs };
}

function versionOf(group: readonly TermsText[], shownAs: string, faults: Fault[]): TermsVersion | null {
  const [first] = group;
  const missing = configLocales.filter((locale) => !group.some((text) => text.locale === locale));
  if (!first) return null;
  const fault = (file: string, key: string, found: string, expected: string) => {
    faults.push({ file, line: null, key, found, expected });
    return null;
  };
  if (missing.length > 0) return fault(shownAs, first.version, `no ${missing.join(', no ')}`, 'fi, sv and en');
  const odd = group.find(({ date }) => date !== first.date);
  if (odd) return fault(odd.file, 'date', odd.date, `${first.date}, as in ${first.file}`);
  const texts = Object.fromEntries(group.map(({ locale, markdown }) => [locale, { markdown, hash: hashOf(markdown) }]));
  // The cast: all languages are there, or this was left above.
  return { version: first.version, date: first.date, texts: texts as TermsVersion['texts'] };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}
