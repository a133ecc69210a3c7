import type { Encryption } from './settings.ts';

/** `AVAIN_DEMO_BROKER_DIALECT`. */
export type SimulatedDialect = 'telia' | 'op' | 'idura' | 'signicat';

/** What may be said of a person and an event; a dialect names some of it. */
export type PersonClaim =
  | 'identityCode'
  | 'electronicId'
  | 'familyName'
  | 'givenName'
  | 'name'
  | 'birthdate'
  | 'scheme'
  | 'method'
  | 'session';

/** One real broker's ways. */
export type DialectRules = Readonly<{
  paths: Readonly<{
    authorization: string;
    token: string;
    /** Plain key set; null: only the signed one. */
    jwks: string | null;
    /** Key set signed by the entity key (OpenID Federation); null: only the plain one. */
    signedJwks: string | null;
    /** Pushed authorization requests (RFC 9126). */
    pushed: string | null;
    userinfo: string | null;
  }>;
  /** Whether there is OpenID Connect Discovery. */
  discovery: boolean;
  /** `by-value`: a signed request object; `pushed`: only pushed, client authentication is enough; `both`: either, signed. */
  requests: 'by-value' | 'pushed' | 'both';
  /** `aud` of the request object. */
  requestAudience: 'issuer' | 'authorization_endpoint';
  /** `aud` of the client assertion at the token endpoint; null: either. */
  assertionAudience: 'issuer' | 'token_endpoint' | null;
  /** Which claims each scope brings; a request may ask for no other scope. */
  scopes: Readonly<Record<string, readonly PersonClaim[]>>;
  claims: Readonly<Partial<Record<PersonClaim, string>>>;
  /** Display name with the family name first. */
  familyNameFirst: boolean;
  /** How a method is called in the `method` claim. */
  methodValue: (method: string, kind: 'bank' | 'mobile') => string | readonly string[];
  /** What a request may say to go straight to a kind of method. */
  hints: Readonly<Record<string, 'bank' | 'mobile'>>;
  /** What the two test levels are called in the ID token; null: no level is stated. */
  levels: readonly [substantial: string, high: string] | null;
  /** Whether the ID token says when the person identified. */
  authTime: boolean;
  /** `aud` as a list with `azp`. */
  audienceList: boolean;
  /** How the broker knows our keys: a plain key set, or one signed by our entity key. */
  clientKeys: 'plain' | 'signed';
  /** What a person's cancelling is called on the way back. */
  cancelError: 'cancel' | 'access_denied';
  /** `iss` in the answer that the browser carries (RFC 9207). */
  responseIssuer: boolean;
  /** How tokens are encrypted unless settings say otherwise. */
  encryption: Encryption;
  /** Person's claims in the ID token; `only` in userinfo, or `also` there. */
  userinfo: 'none' | 'also' | 'only';
}>;
