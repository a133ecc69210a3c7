/** A browser without scripts for stories over HTTP: cookies by host and path like a real one's, redirects, forms. */
export type Answer = {
  readonly status: number;
  readonly url: URL;
  readonly text: string;
  readonly headers: Headers;
  /** Every address on the way, the last one included. */
  readonly hops: readonly URL[];
};

export type Form = {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly html: string;
};

type Cookie = { readonly value: string; readonly path: string; readonly host: string };

export type Visitor = {
  get(address: string | URL, headers?: Record<string, string>): Promise<Answer>;
  head(address: string | URL): Promise<Answer>;
  post(
    address: string | URL,
    fields: Readonly<Record<string, string>>,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Posts a form of the page with its hidden fields; `which` = index, or text that the form's html contains. */
  submit(page: Answer, fields: Readonly<Record<string, string>>, which?: number | string): Promise<Answer>;
  /** Cookies that would be sent there. */
  cookiesFor(address: string | URL): Readonly<Record<string, string>>;
  forgetCookies(): void;
  /** Stops before requests to these origins and returns the redirect itself (`url` = where it leads). */
  readonly unvisited: Set<string>;
};

const mostHops = 25;

const decode = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`).exec(tag);
  return found ? decode(found[1] ?? found[2] ?? found[3] ?? '') : null;
}

/** The forms inside `main`, in order, with the values a browser would send untouched. */
export function formsOf(page: Answer): readonly Form[] {
  const main = /<main[\s\S]*<\/main>/.exec(page.text)?.[0] ?? page.text;
  return [...main.matchAll(/<form[^>]*>[\s\S]*?<\/form>/g)].map(([html]) => {
    const fields: Record<string, string> = {};
    for (const [input] of html.matchAll(/<input[^>]*>/g)) {
      const name = attribute(input, 'name');
      const type = attribute(input, 'type') ?? 'text';
      if (name === null || type === 'radio' || (type === 'checkbox' && !/\schecked\b/.test(input))) continue;
      fields[name] = attribute(input, 'value') ?? '';
    }
    return { action: attribute(html, 'action') ?? page.url.pathname, fields, html };
  });
}

/** `ask`: in the place of `fetch`, for tests that watch each request. */
export function createVisitor(
  defaultHeaders: Readonly<Record<string, string>> = {},
  ask: typeof fetch = fetch,
): Visitor {
  const jar = new Map<string, Cookie>();
  const unvisited = new Set<string>();
  const cookiesFor = (address: string | URL): Record<string, string> => {
    const url = new URL(address);
    const fits = [...jar].filter(
      ([, { path, host }]) =>
        host === url.hostname &&
        (url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`)),
    );
    return Object.fromEntries(fits.map(([key, { value }]) => [key.split('|')[0] ?? '', value]));
  };
  const remember = (line: string, url: URL): void => {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const path = attributes.find((part) => /^path=/i.test(part))?.slice(5) ?? '/';
    const expires = attributes.find((part) => /^expires=/i.test(part))?.slice(8);
    const gone = value === '' || (expires !== undefined && new Date(expires).getTime() <= Date.now());
    const key = `${name}|${url.hostname}|${path}`;
    if (gone) jar.delete(key);
    else jar.set(key, { value, path, host: url.hostname });
  };
  const once = async (url: URL, init: RequestInit): Promise<Response> => {
    const cookie = Object.entries(cookiesFor(url))
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const headers = {
      ...defaultHeaders,
      ...(init.headers as Record<string, string> | undefined),
      ...(cookie && { cookie }),
    };
    const answer = await ask(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) remember(line, url);
    return answer;
  };
  const follow = async (address: string | URL, init: RequestInit): Promise<Answer> => {
    let url = new URL(address);
    const hops = [url];
    let answer = await once(url, init);
    while (answer.status >= 300 && answer.status < 400 && hops.length < mostHops) {
      url = new URL(answer.headers.get('location') ?? '', url);
      hops.push(url);
      if (unvisited.has(url.origin)) break;
      answer = await once(url, init.method === 'HEAD' ? { method: 'HEAD' } : {});
    }
    return { status: answer.status, url, text: await answer.text(), headers: answer.headers, hops };
  };
  const visitor: Visitor = {
    get: (address, headers = {}) => follow(address, { headers }),
    head: (address) => follow(address, { method: 'HEAD' }),
    post: (address, fields, headers = {}) =>
      follow(address, { method: 'POST', body: new URLSearchParams(fields), headers }),
    submit: (page, fields, which = 0) => {
      const forms = formsOf(page);
      const form = typeof which === 'number' ? forms[which] : forms.find(({ html }) => html.includes(which));
      if (!form)
        throw new Error(`no form ${which} at ${page.url.pathname} (${page.status}):\n${page.text.slice(0, 2000)}`);
      return visitor.post(new URL(form.action, page.url), { ...form.fields, ...fields });
    },
    cookiesFor,
    forgetCookies: () => jar.clear(),
    unvisited,
  };
  return visitor;
}
