import { randomBytes } from 'node:crypto';
import * as client from 'openid-client';
import type { Language } from '../language.ts';
import type { ExpiringMap } from './expiring-map.ts';
import type { PortalSettings } from './settings.ts';

/** A sign-in under way, kept under its `state` until the browser comes back. */
export type StartedSignIn = Readonly<{
  /** The browser that started it: a callback in another one is refused (login CSRF). */
  browser: string;
  codeVerifier: string;
  nonce: string;
  maxAgeSeconds: number | undefined;
  /** Where «try again» leads. */
  startedBy: '/login' | '/vahva';
}>;

/** By `state`. */
export type StartedSignIns = ExpiringMap<StartedSignIn>;

/** As long as Avain keeps an interaction alive: the mail of a sign-up may be opened the next day. */
export const startedTtlSeconds = 24 * 60 * 60;

/** The level that `/vahva` asks for: substantial, as tests know it. */
export const substantialLevels: readonly string[] = ['http://ftn.ficora.fi/2017/loatest2'];

// What a developer may add to /login to see how Avain answers; everything else is the portal's own business.
const passedOn = ['prompt', 'max_age', 'login_hint', 'acr_values', 'claims', 'ui_locales'] as const;

/** What one start needs to know besides the stores. */
export type StartRequest = Readonly<{
  browser: string;
  language: Language;
  startedBy: StartedSignIn['startedBy'];
  query: Readonly<Record<string, string | string[] | undefined>>;
}>;

/** Begins a sign-in (authorization code, PKCE S256, state, nonce) and returns the address to send the browser to. */
export async function startSignIn(
  configuration: client.Configuration,
  settings: PortalSettings,
  started: StartedSignIns,
  request: StartRequest,
): Promise<URL> {
  const state = randomBytes(16).toString('base64url');
  const nonce = randomBytes(16).toString('base64url');
  const codeVerifier = client.randomPKCECodeVerifier();
  const parameters = {
    redirect_uri: `${settings.address.origin}/callback`,
    scope: settings.scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ui_locales: request.language,
    ...(request.startedBy === '/vahva' && { acr_values: substantialLevels.join(' ') }),
    ...wishesOf(request.query),
  };
  started.set(state, {
    browser: request.browser,
    codeVerifier,
    nonce,
    maxAgeSeconds: maxAgeOf(request.query['max_age']),
    startedBy: request.startedBy,
  });
  return client.buildAuthorizationUrl(configuration, parameters);
}

function wishesOf(query: StartRequest['query']): Record<string, string> {
  const wishes: Record<string, string> = {};
  for (const name of passedOn) {
    const value = query[name];
    if (typeof value === 'string' && value !== '') wishes[name] = value;
  }
  return wishes;
}

function maxAgeOf(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}
