/**
 * Markup that may stand in a page as it is. Only this module makes it, from text it has escaped itself, so a template
 * can print everything by `<%= %>`: what is not `Html` is escaped, whatever it says.
 */
import ejs from 'ejs';

// Private to the module: nothing that came from outside can pass for markup.
const markup = Symbol('markup');
export type Html = { readonly [markup]: string };

/** Never occur in a text: characters of Unicode's private use area. */
export const linkStart = '\uE000';
export const linkEnd = '\uE001';

/** For templates: `Html` as it is, everything else escaped (text and quoted attributes). */
export function escapeUnlessHtml(value: unknown): string {
  return isHtml(value) ? value[markup] : ejs.escapeXML(value);
}

/** For templates of plain text. */
export function plain(value: unknown): string {
  return isHtml(value) ? value[markup] : String(value ?? '');
}

/** What a template of ours has rendered. */
export function htmlOfTemplate(rendered: string): Html {
  return { [markup]: rendered };
}

/** Escapes the text and makes a link of what stands between the marks. */
export function htmlWithLinks(text: string, href: string): Html {
  const opened = ejs.escapeXML(text).replaceAll(linkStart, `<a href="${ejs.escapeXML(href)}">`);
  return { [markup]: opened.replaceAll(linkEnd, '</a>') };
}

function isHtml(value: unknown): value is Html {
  return typeof value === 'object' && value !== null && markup in value;
}
