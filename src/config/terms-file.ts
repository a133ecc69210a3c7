import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Fault } from './faults.ts';
import type { ConfigLocale } from './schema.ts';
import { calendarDate, text } from './values.ts';
import { faultsOf, parseYaml } from './yaml-file.ts';

const frontMatterSchema = z.strictObject({
  version: text,
  date: calendarDate,
  /** Must it be accepted by who accepted the version before? */
  change: z.enum(['major', 'minor']).default('major'),
  /** The last day on which a major version may be put off. */
  graceUntil: calendarDate.nullable().default(null),
  /** What is different from the version before. */
  summary: text.nullable().default(null),
});

export type TermsContent = Readonly<z.infer<typeof frontMatterSchema> & { title: string; markdown: string }>;

export type TermsFile = Readonly<{
  file: string;
  version: string;
  locale: ConfigLocale;
  /** null: what is wrong with it is told. */
  content: TermsContent | null;
  lineOf(key: keyof TermsContent): number | null;
}>;

const fileName = /^(?<version>[0-9A-Za-z][0-9A-Za-z.-]*)\.(?<locale>fi|sv|en)\.md$/;

/** One text in one language; null = the file's name says of which it is not. Its faults go to `faults`. */
export async function readTermsFile(
  path: string,
  file: string,
  name: string,
  faults: Fault[],
): Promise<TermsFile | null> {
  const { version, locale } = fileName.exec(name)?.groups ?? {};
  if (!version || !locale) {
    faults.push({ file, line: 1, key: '', found: 'another file name', expected: '<version>.<fi|sv|en>.md' });
    return null;
  }
  const text = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
  // The cast: the pattern of the file name allows nothing else.
  return { file, version, locale: locale as ConfigLocale, ...readContent(text, file, version, faults) };
}

function readContent(
  text: string,
  file: string,
  version: string,
  faults: Fault[],
): Pick<TermsFile, 'content' | 'lineOf'> {
  const fault = (line: number | null, key: string, found: string, expected: string) =>
    void faults.push({ file, line, key, found, expected });
  const unread = { content: null, lineOf: () => null };
  const [, head, body] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
  if (head === undefined || !body?.trim()) {
    fault(1, '', 'no front matter or no text', 'front matter, then the text');
    return unread;
  }
  // An empty first line stands for the `---`, so that lines count as in the file.
  const source = parseYaml(`\n${head}`, file, faults);
  if (!source) return unread;
  const parsed = frontMatterSchema.safeParse(source.value);
  if (!parsed.success) faults.push(...faultsOf(source, parsed.error.issues));
  const lineOf = (key: string) => source.placeOf([key]).line;
  const markdown = body.trim();
  const [, title] = /^# +(\S.*)/.exec(markdown) ?? [];
  if (title === undefined) {
    const line = text.slice(0, text.length - body.trimStart().length).split('\n').length;
    fault(line, '', 'a text without a title', 'a first line of "# " and the title');
  }
  if (!parsed.success || title === undefined) return { content: null, lineOf };
  if (parsed.data.version !== version) {
    fault(lineOf('version'), 'version', parsed.data.version, `${version}, as the file is named`);
    return { content: null, lineOf };
  }
  return { content: { ...parsed.data, title: title.trim(), markdown }, lineOf };
}
