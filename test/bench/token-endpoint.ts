/** What clients ask without a person: Avain on its durable storage and bare in its memory, in turns, per second. */
import autocannon from 'autocannon';
import { median } from './median.ts';
import type { Server } from './server.ts';
import type { Subjects } from './subjects.ts';
import { basicAuth, createVisitor, type Target, type Tokens } from './visitor.ts';

export const tokenRequests = ['clientCredentials', 'refresh', 'userinfo', 'introspection'] as const;
export type TokenRequest = (typeof tokenRequests)[number];
export type TokenFigures = { readonly perSecond: number; readonly barePerSecond: number; readonly ratio: number };

type Shot = Pick<autocannon.Options, 'url' | 'method' | 'headers' | 'body'>;

const connections = 10;
const seconds = 2;

export async function measureTokens(subjects: Subjects, rounds: number): Promise<Record<TokenRequest, TokenFigures>> {
  const figures: [TokenRequest, TokenFigures][] = [];
  for (const request of tokenRequests) figures.push([request, await compare(subjects, request, rounds)]);
  // A cast: every key was just made.
  return Object.fromEntries(figures) as Record<TokenRequest, TokenFigures>;
}

async function compare(subjects: Subjects, request: TokenRequest, rounds: number): Promise<TokenFigures> {
  const { avain, bare } = subjects;
  // A sign-in for every run: the bare provider's memory forgets all but the last thousand things.
  const rateOf = async (server: Server) => perSecond((await shotsAt(server, subjects))[request]);
  const [own, others]: [number[], number[]] = [[], []];
  await Promise.all([rateOf(avain), rateOf(bare)]);
  for (let round = 0; round < rounds; round += 1) {
    own.push(await rateOf(avain));
    others.push(await rateOf(bare));
  }
  const [rate, bareRate] = [median(own), median(others)];
  return { perSecond: rate, barePerSecond: bareRate, ratio: rate / bareRate };
}

async function perSecond(shot: Shot): Promise<number> {
  const result = await autocannon({ ...shot, connections, duration: seconds });
  const failures = result.non2xx + result.errors;
  if (failures > 0) throw new Error(`${result.non2xx} refusals, ${result.errors} errors at ${shot.url}`);
  return result['2xx'] / result.duration;
}

async function shotsAt({ origin }: Server, { clientSecret, emails }: Subjects): Promise<Record<TokenRequest, Shot>> {
  const target: Target = { origin, clientSecret };
  const visitor = createVisitor(target);
  const tokens: Tokens = await visitor.signIn(String(emails[0]));
  await visitor.close();
  const form = (path: string, fields: Record<string, string>): Shot => ({
    url: `${origin}${path}`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: basicAuth(target) },
    body: new URLSearchParams(fields).toString(),
  });
  return {
    clientCredentials: form('/token', { grant_type: 'client_credentials' }),
    refresh: form('/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }),
    userinfo: { url: `${origin}/me`, method: 'GET', headers: { authorization: `Bearer ${tokens.access_token}` } },
    introspection: form('/token/introspection', { token: tokens.access_token }),
  };
}
