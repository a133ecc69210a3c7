/** What a browser fetches for the sign-in page, as a proxy in front of Avain compresses it. */
import { gzipSync } from 'node:zlib';
import type { Server } from './server.ts';
import { authorizationPath } from './visitor.ts';

export type PageWeight = { readonly bytes: number; readonly requests: number };

/** The page, its stylesheet, script and icon: the compressed bodies, and how many there are. */
export async function measureSignInPage({ origin }: Server): Promise<PageWeight> {
  const page = await openedPage(origin, authorizationPath('a'.repeat(43)));
  const head = page.slice(0, page.indexOf('</head>'));
  const links = [...head.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => new URL(link, origin));
  const files = await Promise.all(links.map(async (link) => Buffer.from(await (await fetch(link)).arrayBuffer())));
  const bodies = [Buffer.from(page), ...files];
  return { bytes: bodies.reduce((sum, body) => sum + gzipSync(body).byteLength, 0), requests: bodies.length };
}

async function openedPage(origin: string, path: string): Promise<string> {
  const cookies: string[] = [];
  let url = new URL(path, origin);
  for (;;) {
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: cookies.join('; ') } });
    cookies.push(...answer.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? ''));
    const location = answer.headers.get('location');
    if (location === null) return answer.text();
    url = new URL(location, url);
  }
}
