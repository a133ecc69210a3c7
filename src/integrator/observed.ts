import type { Client } from '../config/schema.ts';
import type { Refusal } from '../http/refusal.ts';

/** The library's names of the addresses that clients send requests to, and how people write them. */
export const endpoints = {
  authorization: '/auth',
  resume: '/auth/…',
  pushed_authorization_request: '/request',
  token: '/token',
  userinfo: '/me',
  introspection: '/token/introspection',
  revocation: '/token/revocation',
  device_authorization: '/device/auth',
  end_session: '/session/end',
  end_session_confirm: '/session/end/confirm',
} as const;
export type Endpoint = keyof typeof endpoints;

/** How a client said who it is. */
export type UsedMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';

/** How old a code was that a client tried to redeem, and whether it was this client's. */
export type CodeAge = { readonly seconds: number; readonly own: boolean };

/** One request and its answer, while it is looked at; `params` are as they came and are not kept. */
export type Observed = {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly status: number;
  /** As the request names it. */
  readonly clientId: string | null;
  readonly client: Client | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly usedMethod: UsedMethod;
  readonly refusals: readonly Refusal[];
  readonly codeAge: CodeAge | null;
  readonly answer: {
    /** An authorization code went to the client. */
    readonly code: boolean;
    /** What the JSON of the answer holds. */
    readonly members: readonly string[];
    /** Of an introspection; null elsewhere. */
    readonly active: boolean | null;
  };
  /** Every client there is, and how long a code lives. */
  readonly clientIds: readonly string[];
  readonly codeLifeSeconds: number;
};
