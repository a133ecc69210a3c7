import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs from 'ejs';
import { escapeUnlessHtml, plain } from './html.ts';

/** A compiled view: plain data in, markup out. */
export type Template = (locals: object) => string;

/** The names that templates see; anything else is an error, not an empty string. */
const names = ['m', 'p', 'frame', 'to', 'help', 'assets', 't', 'tHtml', 'text', 'part', 'errorsOf'];
const formatters = [
  'date',
  'datetime',
  'duration',
  'deviceName',
  'networkName',
  'textBlocks',
  'parseLogoutForm',
  'localeNames',
];

/**
 * Every view under the folder, compiled, by its path without `.ejs`. There is no raw output and no include in our
 * views: parts are printed by `<%= part('name', {…}) %>`, so one escape function guards every character.
 */
export function compileTemplates(dir: string): ReadonlyMap<string, Template> {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ejs'));
  return new Map(
    files.map((file) => {
      const options = { filename: file, strict: true, destructuredLocals: [...names, ...formatters] };
      const escaping = file.endsWith('.txt.ejs') ? plain : escapeUnlessHtml;
      const source = readFileSync(join(dir, file), 'utf8');
      return [file.slice(0, -'.ejs'.length), ejs.compile(source, { ...options, escape: escaping })];
    }),
  );
}
