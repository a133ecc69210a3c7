/** One person at a browser that costs the machine little: a kept connection, cookies by path, forms by their fields. */
import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'undici';

export type Target = { readonly origin: string; readonly clientSecret: string };
export type Tokens = { readonly access_token: string; readonly refresh_token: string; readonly id_token: string };

type Page = { readonly status: number; readonly location: string | null; readonly text: string };
type Form = { readonly action: string; readonly fields: URLSearchParams };

export const password = 'Kesämökki#2024';
export const redirectUri = 'https://client.example/callback';
const formType = 'application/x-www-form-urlencoded';

export type Visitor = {
  /** From the client's redirect to its tokens, as somebody whose device is known but whose session has ended. */
  signIn(email: string): Promise<Tokens>;
  /** The same, with the cookies of the session that it left. */
  session(email: string): Promise<{ readonly tokens: Tokens; readonly cookie: string }>;
  close(): Promise<void>;
};

export function basicAuth({ clientSecret }: Target): string {
  return `Basic ${Buffer.from(`bench-web:${encodeURIComponent(clientSecret)}`).toString('base64')}`;
}

export function createVisitor(target: Target): Visitor {
  const client = new Client(target.origin);
  const devices = new Map<string, Map<string, string>>();

  const request = async (
    cookies: Map<string, string>,
    path: string,
    form?: URLSearchParams,
    headers = {},
  ): Promise<Page> => {
    const {
      statusCode,
      headers: answered,
      body,
    } = await client.request({
      method: form ? 'POST' : 'GET',
      path,
      headers: { cookie: cookieHeader(cookies, path), ...(form && { 'content-type': formType }), ...headers },
      ...(form && { body: form.toString() }),
    });
    for (const line of [answered['set-cookie'] ?? []].flat()) remember(cookies, line);
    return { status: statusCode, location: locationOf(answered.location, target.origin), text: await body.text() };
  };

  const followed = async (cookies: Map<string, string>, first: Page): Promise<Page> => {
    let page = first;
    while (page.location?.startsWith('/')) page = await request(cookies, page.location);
    return page;
  };

  const session: Visitor['session'] = async (email) => {
    const cookies = devices.get(email) ?? new Map<string, string>();
    const verifier = randomBytes(32).toString('base64url');
    let page = await followed(cookies, await request(cookies, authorizationPath(verifier)));
    for (const [field, value] of [
      ['email', email],
      ['password', password],
    ] as const) {
      const { action, fields } = formOf(page);
      fields.set(field, value);
      page = await followed(cookies, await request(cookies, action, fields));
    }
    const code = page.location && new URL(page.location).searchParams.get('code');
    if (!code)
      throw new Error(`no code at the end of a sign-in: ${page.status} ${page.location}\n${page.text.slice(0, 3000)}`);
    const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
    const answer = await request(new Map(), '/token', new URLSearchParams(grant), { authorization: basicAuth(target) });
    if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${answer.text}`);
    devices.set(email, deviceOf(cookies));
    return { tokens: JSON.parse(answer.text) as Tokens, cookie: cookieHeader(cookies, '/auth') };
  };

  return { session, signIn: async (email) => (await session(email)).tokens, close: () => client.close() };
}

/** An authorization request of the client of the bench, as the address its browser is sent to. */
export function authorizationPath(verifier: string): string {
  const query = new URLSearchParams({
    client_id: 'bench-web',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email profile',
    state: randomBytes(8).toString('hex'),
    nonce: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ui_locales: 'fi',
  });
  return `/auth?${query}`;
}

function locationOf(header: string | string[] | undefined, origin: string): string | null {
  if (typeof header !== 'string') return null;
  return header.startsWith(origin) ? header.slice(origin.length) : header;
}

function formOf({ status, text }: Page): Form {
  const form = /<main[\s\S]*?<form[^>]*\saction="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(text);
  if (!form) throw new Error(`a page without a form: ${status}\n${text.slice(0, 3000)}`);
  const inputs = (form[2] ?? '').matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g);
  return {
    action: form[1] ?? '',
    fields: new URLSearchParams([...inputs].map(([, name = '', value = '']): [string, string] => [name, value])),
  };
}

/** Cookies by `name` at `path`; enough for what both servers set. */
function remember(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const [name = ''] = pair.split('=', 1);
  const path = attributes.find((attribute) => attribute.startsWith('path='))?.slice('path='.length) ?? '/';
  const key = `${name} ${path}`;
  if (pair.endsWith('=')) cookies.delete(key);
  else cookies.set(key, pair);
}

function cookieHeader(cookies: Map<string, string>, path: string): string {
  const fits = (key: string) => {
    const own = key.slice(key.indexOf(' ') + 1);
    return own === '/' || path === own || path.startsWith(`${own}/`);
  };
  return [...cookies].flatMap(([key, pair]) => (fits(key) ? [pair] : [])).join('; ');
}

/** What a browser keeps when it is closed: the cookie of the device, not that of the session. */
function deviceOf(cookies: Map<string, string>): Map<string, string> {
  return new Map([...cookies].filter(([key]) => key.includes('browser')));
}
