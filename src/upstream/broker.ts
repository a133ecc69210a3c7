/**
 * Strong identification by a broker: the port that the rest of Avain knows, and its connectors.
 *
 * Here: strong-identity.ts (the result), broker-config.ts (every difference between brokers), oidc-broker.ts (the one
 * connector), id-token.ts (what is believed and why), broker-line.ts over breaker.ts and broker-fetch.ts (the only way out
 * to the network), ftn/ (keys, entity statements and claim names of the Finnish Trust Network), check/ (`avain broker
 * check`). callback.ts and published-keys.ts are the HTTP side and alone know koa.
 * May import openid-client, jose, opossum, zod; never storage, accounts or pages.
 *
 * Promises: an identity leaves here only out of a token that was encrypted to us, signed by the broker and made for
 * this very exchange; no outcome, cause or error holds personal data; nothing here waits longer than its time limits;
 * a broker that is down never keeps Avain from starting.
 */
import type { JSONWebKeySet } from 'jose';
import type { Locale } from '../http/locale.ts';
import type { StrongIdentity } from './strong-identity.ts';

export type MethodId = 'bank' | 'mobile';

/** One way to identify that a broker offers; `hint` is what the broker is told, null when it asks the person itself. */
export type BrokerMethod = Readonly<{ id: MethodId; hint: string | null }>;

export type StartInput = Readonly<{
  method: MethodId;
  locale: Locale;
  /** Shown to the person at the bank; cut and cleaned to what brokers accept. */
  serviceName: string;
  /** Demand level high. */
  requireHigh?: boolean;
  /** For the self-test against a broker's test environment only: which test person it identifies without pages. */
  loginHint?: string;
}>;

/**
 * What must be remembered between start and finish: secret, single use, bound to the browser that started
 * (security R21). Plain JSON. `startedAt` is epoch milliseconds.
 */
export type ExchangeSecrets = Readonly<{
  brokerId: string;
  state: string;
  nonce: string;
  codeVerifier: string;
  method: MethodId;
  requireHigh: boolean;
  startedAt: number;
}>;

export type BrokerUnavailable = Readonly<{ outcome: 'unavailable'; cause: string }>;

/** `url` is where the browser goes, at top level (mobile certificate does not work in a frame). */
export type StartOutcome = Readonly<{ outcome: 'started'; url: URL; exchange: ExchangeSecrets }> | BrokerUnavailable;

/**
 * How an exchange ended. `unavailable` is said only of what our own server saw (no answer, 5xx, bad TLS or metadata):
 * it may postpone a sampled identification, so nothing that a browser carries may cause it. Causes are fixed codes.
 */
export type FinishOutcome =
  | Readonly<{ outcome: 'identified'; identity: StrongIdentity }>
  | Readonly<{ outcome: 'cancelled' }>
  | Readonly<{ outcome: 'failed'; cause: string }>
  | BrokerUnavailable
  | Readonly<{ outcome: 'no-identity-code' }>;

/** One way to one broker: where a person goes, and what an answer is worth. */
export type Connector = Readonly<{
  id: string;
  /** False: not offered, and refused on callback too (security R26). */
  enabled: boolean;
  methods: readonly BrokerMethod[];
  start(input: StartInput): Promise<StartOutcome>;
  /** `callbackUrl`: the address the browser came back to; only its query is read. Never throws for what it carries. */
  finish(input: Readonly<{ callbackUrl: URL; exchange: ExchangeSecrets }>): Promise<FinishOutcome>;
}>;

/** A connector with what the broker may read of our keys towards it, as they are now. */
export type Broker = Connector &
  Readonly<{
    /** Published at `GET /upstream/<id>/jwks`. */
    jwks(): Promise<JSONWebKeySet>;
    /** The same set signed by our entity key (`/signed-jwks`), null where there is none. */
    signedJwks(): Promise<string | null>;
    /** What names our entity key (`/entity-statement`), null where there is none. */
    entityStatement(): Promise<string | null>;
  }>;
