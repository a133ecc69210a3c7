/** Single requests as no browser would send them, with a visitor's cookies or forged ones; redirects are not followed. */
import type { Answer, Visitor } from './visitor.ts';

export type Sent = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Instead of the visitor's cookies. */
  readonly cookie?: string;
};

export const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' } as const;

export function cookieHeader(visitor: Visitor, address: string | URL): string {
  return Object.entries(visitor.cookiesFor(address))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
}

/** The visitor's jar is read, never written. */
export async function send(visitor: Visitor, address: string | URL, sent: Sent = {}): Promise<Answer> {
  const url = new URL(address);
  const cookie = sent.cookie ?? cookieHeader(visitor, url);
  const answer = await fetch(url, {
    method: sent.method ?? 'GET',
    redirect: 'manual',
    headers: { accept: 'text/html,*/*;q=0.8', ...sent.headers, ...(cookie && { cookie }) },
    ...(sent.body !== undefined && { body: sent.body }),
  });
  return { status: answer.status, url, text: await answer.text(), headers: answer.headers, hops: [url] };
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'" };

/** What a person reads on the page, on one line. */
export function visibleText(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/\s+/g, ' ')
    .trim();
}
