/** A new version of terms, as whoever answers for the texts would put it beside the others. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The version `2024-01` with another name, another front matter and one more paragraph, in every language. */
export async function publishTerms(
  configDir: string,
  id: string,
  { version, front, words }: { readonly version: string; readonly front: string; readonly words: string },
): Promise<void> {
  for (const locale of ['fi', 'sv', 'en']) {
    const file = join(configDir, `terms/${id}/${version}.${locale}.md`);
    await cp(join(configDir, `terms/${id}/2024-01.${locale}.md`), file);
    const [, body = ''] = (await readFile(file, 'utf8')).split(/^---\n[\s\S]*?\n---\n/);
    await writeFile(file, `---\nversion: ${version}\n${front}\n---\n${body}\n\n${words}\n`);
  }
}
