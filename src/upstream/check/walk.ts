/** Where a browser without scripts gets to from an address, on redirects alone. */
export type Landing =
  /** At our redirect URI, which is not asked. */
  | Readonly<{ at: 'redirect-uri'; url: URL }>
  /** `place` is the address without what is different each time. */
  | Readonly<{ at: 'page'; status: number; title: string; place: string }>
  | Readonly<{ at: 'nowhere'; reason: string }>;

const mostRedirects = 20;
const mostBytes = 256 * 1024;

/** Follows redirects with cookies as a browser would, bounded in number, time (`timeoutMs` each) and size. */
export async function walk(
  start: URL,
  { redirectUri, timeoutMs }: { redirectUri: string; timeoutMs: number },
): Promise<Landing> {
  const jar = new Map<string, Map<string, string>>();
  const end = new URL(redirectUri);
  let url = start;
  for (let hop = 0; hop < mostRedirects; hop += 1) {
    if (url.origin === end.origin && url.pathname === end.pathname) return { at: 'redirect-uri', url };
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      return { at: 'nowhere', reason: 'a redirect out of the web' };
    const answer = await ask(url, jar, timeoutMs);
    if (answer === null) return { at: 'nowhere', reason: `${url.host} does not answer` };
    const location = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || location === null || !URL.canParse(location, url.href)) {
      return { at: 'page', status: answer.status, title: titleIn(await bounded(answer)), place: placeOf(url) };
    }
    await answer.body?.cancel();
    url = new URL(location, url);
  }
  return { at: 'nowhere', reason: 'redirects without end' };
}

async function ask(url: URL, jar: Map<string, Map<string, string>>, timeoutMs: number): Promise<Response | null> {
  // By host name, as browsers do; a cookie for a whole domain goes to the host that set it only.
  const cookies = jar.get(url.hostname) ?? new Map<string, string>();
  jar.set(url.hostname, cookies);
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) },
      signal: AbortSignal.timeout(timeoutMs),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (name !== '') cookies.set(name.trim(), value);
    }
    return answer;
  } catch {
    return null;
  }
}

async function bounded(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let sizeBytes = 0;
  try {
    for await (const chunk of answer.body ?? []) {
      sizeBytes += chunk.byteLength;
      text += decoder.decode(chunk, { stream: true });
      if (sizeBytes > mostBytes) break;
    }
  } catch {
    // The start of a page is enough to tell which it is.
  }
  return text;
}

function titleIn(page: string): string {
  const [, title = ''] = /<title[^>]*>([^<]*)/i.exec(page) ?? [];
  return title.replace(/\s+/g, ' ').trim().slice(0, 80);
}

function placeOf({ origin, pathname }: URL): string {
  return origin + pathname.replace(/[\w-]{16,}/g, '…');
}
