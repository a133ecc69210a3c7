/** The parts that stories over HTTP are told with: begin at a client, read the mail, visit the bank, climb the ladder. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LinkPurpose } from '../../src/storage/rows.ts';
import { type BrokerWalk, walkBroker } from './broker-walk.ts';
import type { Site } from './start-world.ts';
import type { Answer, Visitor } from './visitor.ts';

export const goodPassword = 'Kesämökki#2024';
export const noListener = 'https://client.example';

export type Mail = {
  id: string;
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  date: string;
  headers: Record<string, string>;
};

export type Authorization = {
  readonly url: URL;
  readonly verifier: string;
  readonly client: string;
  readonly redirectUri: string;
};

/** An authorization request of the test's own client, whose redirect nobody answers: the code is read off the address. */
export function authorization(world: Site, params: Record<string, string> = {}): Authorization {
  const client = params.client_id ?? 'test-web';
  const redirectUri =
    params.redirect_uri ?? `${noListener}/${client === 'test-public' ? 'public-callback' : 'callback'}`;
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL('/auth', world.issuer);
  const all = {
    client_id: client,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email profile',
    state: randomBytes(8).toString('hex'),
    nonce: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ui_locales: 'fi',
    ...params,
  };
  for (const [name, value] of Object.entries(all)) if (value !== '') url.searchParams.set(name, value);
  return { url, verifier, client, redirectUri };
}

export async function clientSecret(world: Site, client: string): Promise<string> {
  return (await readFile(join(world.dataDir, 'secrets', `client-${client}`), 'utf8')).trim();
}

/** Redeems the code on `callback`; the raw answer of the token endpoint. `ask`: in the place of `fetch`. */
export async function redeem(
  world: Site,
  { client, verifier, redirectUri }: Authorization,
  callback: URL,
  ask: typeof fetch = fetch,
): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...(client === 'test-public' && { client_id: client }),
  });
  const headers: Record<string, string> =
    client === 'test-public'
      ? {}
      : {
          authorization: `Basic ${Buffer.from(`${client}:${encodeURIComponent(await clientSecret(world, client))}`).toString('base64')}`,
        };
  return ask(new URL('/token', world.issuer), { method: 'POST', body, headers });
}

/** Mails to an address, newest first; waits until there are `count`. */
export async function mailsTo(world: Site, to: string, count = 1): Promise<readonly Mail[]> {
  const url = `${world.addresses.mailbox.origin}/api/messages?to=${encodeURIComponent(to)}`;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const mails = (await (await fetch(url)).json()) as Mail[];
    if (mails.length >= count) return mails;
    await sleep(50);
  }
  throw new Error(`fewer than ${count} mails to ${to}`);
}

/** What `pattern` finds in the newest mail that has it; waits for `count` mails and for such a one among them. */
async function mailed(world: Site, to: string, pattern: RegExp, count: number): Promise<RegExpExecArray> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    for (const { text } of await mailsTo(world, to, count)) {
      const found = pattern.exec(text);
      if (found) return found;
    }
    await sleep(50);
  }
  throw new Error(`no mail to ${to} with ${pattern}`);
}

/** The newest link of its kind. */
export async function linkMailedTo(world: Site, to: string, purpose: LinkPurpose, count = 1): Promise<string> {
  const [link] = await mailed(world, to, new RegExp(`\\S+/links/${purpose}\\?token=[\\w-]+`), count);
  return link;
}

/** The newest six-digit code. */
export async function codeMailedTo(world: Site, to: string, count = 1): Promise<string> {
  const [, code = ''] = await mailed(world, to, /\b(\d{6})$/m, count);
  return code;
}

/** The name of the page: the last part of its path. */
export const stepOf = (page: Answer): string => page.url.pathname.split('/').at(-1) ?? '';

/** From the strong-auth page to the bank and back. */
export async function identify(
  visitor: Visitor,
  page: Answer,
  walk: BrokerWalk,
  method: 'bank' | 'mobile' = 'bank',
): Promise<Answer> {
  const origin = page.url.origin;
  const broker = new URL(origin);
  broker.port = String(Number(broker.port) + 400);
  visitor.unvisited.add(broker.origin);
  const leaving = await visitor.submit(page, { method });
  visitor.unvisited.delete(broker.origin);
  const callback = await walkBroker(leaving.url, walk);
  return visitor.get(callback);
}

export async function signInWithPassword(
  visitor: Visitor,
  page: Answer,
  email: string,
  password = goodPassword,
): Promise<Answer> {
  const passwordPage = await visitor.submit(page, { email });
  return visitor.submit(passwordPage, { password });
}

/** Sign-up to the activated account: ends on the page after the password (strong-auth). */
export async function signUp(
  world: Site,
  visitor: Visitor,
  start: URL,
  email: string,
  password = goodPassword,
): Promise<Answer> {
  const signIn = await visitor.get(start);
  const form = await visitor.get(new URL(signIn.url.pathname.replace(/sign-in$/, 'sign-up'), signIn.url));
  await visitor.submit(form, { email });
  const activation = await visitor.get(await linkMailedTo(world, email, 'activate'));
  return visitor.submit(activation, { password });
}

/** The rest of a new user's ladder, from strong-auth to the client's callback. */
export async function climb(visitor: Visitor, strongAuth: Answer, person: string): Promise<Answer> {
  let page = await identify(visitor, strongAuth, { person, name: 'Testi Henkilö' });
  page = await visitor.submit(page, { answer: 'yes' });
  if (stepOf(page) === 'terms') page = await visitor.submit(page, { answer: 'accept' });
  return visitor.submit(page, {});
}
