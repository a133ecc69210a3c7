/** A link found in a mail: its address and the words it stands on. */
export type MailLink = Readonly<{ href: string; label: string }>;

/**
 * The http(s) links of a mail, in order, each address once: those of the html part with their words, else those of the
 * text part. The page shows them outside the frame, where every keyboard, reader and test finds them.
 */
export function linksOf(mail: Readonly<{ html: string; text: string }>): readonly MailLink[] {
  const found = mail.html === '' ? linksOfText(mail.text) : linksOfHtml(mail.html);
  const byAddress = new Map<string, MailLink>();
  for (const link of found) if (!byAddress.has(link.href)) byAddress.set(link.href, link);
  return [...byAddress.values()];
}

/** Splits a text at its addresses, so that a page can make links of them. */
export function splitAtLinks(text: string): readonly (string | MailLink)[] {
  const parts: (string | MailLink)[] = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"«»]*[^\s<>"«».,;:!?)\]]/g)) {
    parts.push(text.slice(end, match.index), { href: match[0], label: match[0] });
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

function linksOfText(text: string): readonly MailLink[] {
  return splitAtLinks(text).filter((part) => typeof part !== 'string');
}

function linksOfHtml(markup: string): readonly MailLink[] {
  const links: MailLink[] = [];
  for (const [, attributes = '', content = ''] of markup.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/gi)) {
    const href = decodeEntities(/\bhref\s*=\s*["']([^"']+)["']/i.exec(attributes)?.[1] ?? '');
    if (!/^https?:\/\//i.test(href)) continue;
    const label = decodeEntities(content.replace(/<[^>]*>/g, ' '))
      .replace(/\s+/g, ' ')
      .trim();
    links.push({ href, label: label || href });
  }
  return links;
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
